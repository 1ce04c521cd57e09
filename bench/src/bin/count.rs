//! Makes so many decisions, for callgrind: instructions are steadier than time.
//!
//! `valgrind --tool=callgrind --toggle-collect='*measured*' target/release/count hit 1000 1`
//!
//! What to do: `bare` or `required` (through an axum router), `hit`, `rules`, `miss`, `anonymous`
//! or `forged` (the guard alone); with sessions and their layer, through an axum router, `token`,
//! `cookie`, `store` or `nobody` (hits, and the bare route), `cookie-principal` or `store-principal`
//! (hits of a handler that takes the user), or `unseal` (a cookie that is new).

use std::hint::black_box;

use oidc::stores::MemoryStore;
use oidc::{Oidc, Policy, Sessions};
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::gate::{Anyone, Reader, admits, request};
use oidc_guard_bench::sessions::{SignedIn, client, provider, settings, sign_in, warm_client};
use oidc_guard_bench::{Credentials, axum, forged, token, warm};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = |default: &str| arguments.next().unwrap_or_else(|| default.into());
    let what = next("hit");
    let calls: usize = next("1000").parse().expect("a number of calls");
    let tokens: usize = next("1").parse().expect("a number of tokens");

    if let "token" | "cookie" | "cookie-principal" | "store" | "store-principal" | "nobody"
    | "unseal" = what.as_str()
    {
        return session(&what, calls, tokens).await;
    }
    let idp = TestIdp::start().await;
    // First the tokens: the provider makes a key when it is first needed.
    let tokens: Vec<_> = (0..tokens)
        .map(|number| token(&idp, number, Algorithm::Rs256))
        .collect();
    let cache_bytes = if what == "miss" { 0 } else { 256 << 20 };
    let oidc = warm(&idp, cache_bytes).await;
    match what.as_str() {
        "bare" | "required" => route(&oidc, &format!("/{what}"), &tokens, calls),
        "hit" | "miss" => gate::<Anyone>(&oidc, &tokens, calls),
        "rules" => gate::<Reader>(&oidc, &tokens, calls),
        "anonymous" => gate::<Anyone>(&oidc, &[], calls),
        "forged" => {
            let forged: Vec<_> = tokens.iter().map(|token| forged(token)).collect();
            gate::<Anyone>(&oidc, &forged, calls);
        }
        _ => panic!("nothing is called {what}"),
    }
}

fn route(oidc: &Oidc, path: &str, tokens: &[String], calls: usize) {
    let mut app = axum::app(oidc);
    let mut tokens = tokens.iter().cycle();
    let mut call = || axum::call(&mut app, path, tokens.next().map(String::as_str));
    call();
    measured(calls, || drop(call()));
}

fn gate<P: Policy>(oidc: &Oidc, tokens: &[String], calls: usize) {
    let mut requests: Vec<_> = tokens.iter().map(|token| request(Some(token))).collect();
    if requests.is_empty() {
        requests.push(request(None));
    }
    for request in &mut requests {
        admits::<P>(oidc, request);
    }
    let mut index = 0;
    measured(calls, || {
        black_box(admits::<P>(oidc, &mut requests[index]));
        index = (index + 1) % requests.len();
    });
}

async fn session(what: &str, calls: usize, users: usize) {
    let idp = provider().await;
    let settings: Sessions = match what {
        "store" | "store-principal" => settings().store(MemoryStore::new()),
        _ => settings(),
    };
    let mut app = axum::app_with_sessions(&warm_client(&idp, settings.clone()).await);
    let mut signed_in: Vec<SignedIn> = Vec::new();
    for number in 0..users {
        signed_in.push(sign_in(&mut app, &idp, number).await);
    }
    let (path, credentials): (_, fn(&SignedIn) -> Credentials<'_>) = match what {
        "nobody" => ("/bare", |_| Credentials::None),
        "token" => ("/required", |user| Credentials::Token(&user.tokens.access)),
        "cookie-principal" | "store-principal" => {
            ("/principal", |user| Credentials::Cookie(&user.cookie))
        }
        _ => ("/required", |user| Credentials::Cookie(&user.cookie)),
    };
    if what == "unseal" {
        // One that has seen nothing.
        app = axum::app_with_sessions(&client(&idp, settings));
        return measured(1, || {
            for user in &signed_in {
                black_box(axum::call(&mut app, path, credentials(user)));
            }
        });
    }
    let mut users = signed_in.iter().cycle();
    let mut call = || {
        axum::call(
            &mut app,
            path,
            users.next().map_or(Credentials::None, credentials),
        )
    };
    call();
    measured(calls, || drop(call()));
}

#[inline(never)]
fn measured(calls: usize, mut call: impl FnMut()) {
    for _ in 0..calls {
        call();
    }
}
