//! Tokens as attackers and careless providers make them. After each family, a genuine token of
//! the same provider is still let in.

mod algorithms;
mod claims;
mod forge;
mod header;
mod keys;
mod signatures;
mod structure;
mod weak_rsa;

use crate::support::bench::Bench;
use crate::support::reply::{Expected, invalid_token, ok};
use crate::support::servers::{App, for_both, guarded_app};
use forge::Forge;

type Make = Box<dyn Fn(&Forge<'_>) -> String>;

/// A token, and what becomes of it.
struct Attempt {
    name: String,
    token: Make,
    expected: Expected,
}

fn rejected(name: &str, token: impl Fn(&Forge<'_>) -> String + 'static) -> Attempt {
    Attempt {
        name: name.to_owned(),
        token: Box::new(token),
        expected: invalid_token(),
    }
}

fn accepted(name: &str, token: impl Fn(&Forge<'_>) -> String + 'static) -> Attempt {
    Attempt {
        name: name.to_owned(),
        token: Box::new(token),
        expected: ok("alice"),
    }
}

/// A credential that is not even a token by its characters.
fn malformed(name: &str, token: impl Fn(&Forge<'_>) -> String + 'static) -> Attempt {
    let expected = crate::support::reply::malformed();
    Attempt {
        expected,
        ..rejected(name, token)
    }
}

fn app() -> App {
    guarded_app!(required())
}

/// Tries everything on a fresh provider.
async fn attempt(attempts: Vec<Attempt>) {
    attempt_at(&Bench::start().await, attempts).await;
}

/// Tries everything on both frameworks and reports all failures at once.
async fn attempt_at(bench: &Bench, attempts: Vec<Attempt>) {
    let attacker = Bench::start().await;
    // Otherwise the providers of one process share their RSA key, for it takes long to make.
    attacker.idp.rotate_keys();
    let forge = Forge::new(&bench.idp, &attacker.idp);
    // All of them first: minting can add a key to the provider's.
    let tokens: Vec<_> = attempts
        .iter()
        .map(|attempt| (attempt.token)(&forge))
        .collect();
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let mut failures = Vec::new();
            for (attempt, token) in attempts.iter().zip(&tokens) {
                let reply = server.get("/required", token.as_str()).await;
                if let Err(problem) = reply.check(&attempt.expected) {
                    failures.push(format!("{}: {problem}", attempt.name));
                }
                if token.len() > 20 && reply.body.contains(token) {
                    failures.push(format!("{}: the response repeats the token", attempt.name));
                }
            }
            assert!(failures.is_empty(), "{}", failures.join("\n"));
            server
                .get("/required", bench.good_token().as_str())
                .await
                .assert("afterwards", &ok("alice"));
        },
    )
    .await;
    forge.assert_attacker_was_never_contacted();
}
