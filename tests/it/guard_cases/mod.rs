//! The policy language over HTTP: for every rule, the tokens that it admits and those that it denies.

#![expect(
    clippy::too_many_lines,
    reason = "a table is as long as its cases are many"
)]

mod access;
mod checks;
mod claim_paths;
mod claims;
mod combined;
mod issuer;
mod of_every_token;
mod registered_scopes;
mod roles;
mod scopes;
mod step_up;
mod via;

use oidc_devidp::TokenBuilder;

use crate::support::bench::Bench;
use crate::support::reply::Expected;
use crate::support::servers::{App, for_both};

/// One request and its response.
struct Case {
    name: &'static str,
    path: &'static str,
    /// Turns a genuine token of alice into the one that is sent; without it, none is.
    token: Option<fn(TokenBuilder) -> TokenBuilder>,
    expected: Expected,
}

fn case(
    name: &'static str,
    path: &'static str,
    token: fn(TokenBuilder) -> TokenBuilder,
    expected: Expected,
) -> Case {
    Case {
        name,
        path,
        token: Some(token),
        expected,
    }
}

fn without_token(name: &'static str, path: &'static str, expected: Expected) -> Case {
    Case {
        name,
        path,
        token: None,
        expected,
    }
}

async fn check(app: App, cases: &[Case]) {
    check_with(app, |builder| builder, cases).await;
}

/// Sends every case to both frameworks and reports all failures at once.
async fn check_with(
    app: App,
    configure: fn(oidc::OidcBuilder) -> oidc::OidcBuilder,
    cases: &[Case],
) {
    let bench = Bench::start().await;
    // All of them first: minting can add a key to the provider's.
    let mint = |case: &Case| case.token.map(|change| change(bench.idp.token()).mint());
    let requests: Vec<_> = cases.iter().map(|case| (case, mint(case))).collect();
    let oidc = || {
        configure(bench.builder())
            .build()
            .expect("the configuration is sound")
    };
    for_both(app, oidc, async |server| {
        let mut failures = Vec::new();
        for (case, token) in &requests {
            // Twice: the second result comes from the cache of verified tokens.
            for round in ["fresh", "cached"] {
                let reply = server.get(case.path, token.as_deref()).await;
                if let Err(problem) = reply.check(&case.expected) {
                    failures.push(format!("{} {} ({round}): {problem}", case.path, case.name));
                }
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    })
    .await;
}
