//! Access tokens that only their issuer can read (RFC 7662): what it is asked, what its answers are worth, and
//! how seldom it is asked.

mod answers;
mod faults;
mod flights;
mod flood;
mod jwts;
mod memory;
mod npm_provider;
mod once;
mod requests;
mod routing;
mod scripted;
mod secrets;

use oidc::{Introspect, Oidc, OidcBuilder};
use oidc_devidp::{Client, DevIdp, Endpoint, TestIdp, TokenBuilder};

use crate::support::bench::Bench;
use crate::support::logs::Logs;

const CLIENT: &str = "shop";
const SECRET: &str = "s3cret+/%: &= that the shop keeps";

/// A provider that tells the shop about its tokens.
fn idp() -> oidc_devidp::Builder {
    let shop = Client::new(CLIENT).secret(SECRET);
    DevIdp::builder().configure(|config| config.clients = vec![shop])
}

async fn start() -> Bench {
    Bench::with(idp()).await
}

/// A client that asks about opaque tokens, with a clock that stands still.
fn builder(bench: &Bench) -> OidcBuilder {
    let builder = bench.steady_builder().client_secret(SECRET);
    builder.introspect(Introspect::Opaque)
}

fn oidc(bench: &Bench) -> Oidc {
    let built = builder(bench).build();
    built.expect("the configuration is sound")
}

/// A genuine opaque token of alice.
fn opaque(idp: &TestIdp) -> TokenBuilder {
    idp.token().opaque()
}

/// How often a provider was asked.
fn calls(idp: &TestIdp) -> usize {
    idp.hits(Endpoint::Introspection)
}

/// The codes with which tokens were rejected since the last call.
fn codes(logs: &Logs) -> Vec<String> {
    let lines = logs.take().into_iter();
    let rejections = lines.filter(|line| line.target == "oidc_runtime::gate");
    rejections
        .map(|line| line.field("code").to_owned())
        .collect()
}
