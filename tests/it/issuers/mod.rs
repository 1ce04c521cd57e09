//! Several issuers: whose keys verify a token, where its user is let in, and what an issuer's failures
//! have to do with the others.

mod admission;
mod behind_guards;
mod confusion;
mod equivalence;
mod health;
mod mapping;
mod memory;
mod outage;
mod rotation;
mod sessions;
mod settings;
mod template;
mod tenants;
mod unknown;

use oidc::{Issuer, Oidc, OidcBuilder, Principal};
use oidc_devidp::{DevIdp, Endpoint, TestIdp, TokenBuilder};
use serde_json::{Value, json};

use crate::support::bench::Bench;
use crate::support::logs::Logs;
use crate::support::reply::{Expected, Reply, denied};

/// The audiences of the tokens of those that are trusted.
const AUDIENCE: &str = "shop-api";

/// The client's own provider, one that is let in where a rule names it, and one that is let in
/// everywhere.
pub(crate) const NAMES: [&str; 3] = ["own", "partner", "staff"];

/// Providers called [`NAMES`].
async fn start() -> Bench {
    let idp = DevIdp::builder();
    let idp = idp.also("partner", DevIdp::builder());
    Bench::with(idp.also("staff", DevIdp::builder())).await
}

fn provider<'b>(bench: &'b Bench, name: &str) -> &'b TestIdp {
    match name {
        "own" => &bench.idp,
        other => bench.idp.other(other),
    }
}

fn issuer(bench: &Bench, name: &str) -> Issuer {
    Issuer::at(provider(bench, name).discovery_url()).audience(AUDIENCE)
}

fn trusting(bench: &Bench, builder: OidcBuilder) -> OidcBuilder {
    builder
        .trust("partner", issuer(bench, "partner"))
        .trust("staff", issuer(bench, "staff").everywhere())
}

/// A client with a clock that stands still.
fn oidc(bench: &Bench) -> Oidc {
    let built = trusting(bench, bench.steady_builder()).build();
    built.expect("the configuration is sound")
}

/// A genuine token of alice, with the audience that counts for her issuer here.
pub(crate) fn token(bench: &Bench, name: &str) -> TokenBuilder {
    let token = provider(bench, name).token();
    match name {
        "own" => token,
        _ => token.audience(AUDIENCE),
    }
}

/// What a handler is told about the user.
fn facts(user: &Principal) -> Value {
    let mut roles: Vec<_> = user.roles().collect();
    roles.sort_unstable();
    json!({
        "sub": user.subject(),
        "iss": user.issuer(),
        "issuer": user.issuer_name(),
        "identity": user.identity().to_string(),
        "scopes": user.scopes().collect::<Vec<_>>(),
        "roles": roles,
        "application": user.is_application(),
    })
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{error}: {reply:?}"))
}

/// 403 of a good token whose issuer is not let in.
fn issuer_denied() -> Expected {
    denied()
}

/// The codes with which tokens were rejected since the last call.
fn codes(logs: &Logs) -> Vec<String> {
    let lines = logs.take().into_iter();
    let rejections = lines.filter(|line| line.target == "oidc_runtime::gate");
    rejections
        .map(|line| line.field("code").to_owned())
        .collect()
}

/// How often the discovery document and the key set were fetched.
fn fetches(idp: &TestIdp) -> usize {
    [Endpoint::Discovery, Endpoint::Jwks]
        .map(|endpoint| idp.hits(endpoint))
        .iter()
        .sum()
}
