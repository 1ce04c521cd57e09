//! Garbage displaces no good token, and the same garbage is asked about once.

use std::fmt::Write as _;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use oidc_devidp::Endpoint;
use tokio::task::JoinSet;
use tower_service::Service as _;

use super::{builder, calls, opaque, start};
use crate::support::bench::Bench;
use crate::support::servers::{App, guarded_app};

/// More than are remembered.
const ASKED_ABOUT: usize = 20_000;
const REJECTED_AT_ONCE: usize = 100_000;
/// Fewer than may be asked about at once.
const AT_ONCE: usize = 32;
const GOOD: usize = 50;

fn app() -> App {
    guarded_app!(required())
}

async fn status(mut router: Router, token: String) -> u16 {
    let request = Request::get("/required").header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let Ok(response) = router.call(request).await;
    response.status().as_u16()
}

/// Sends them all, several at a time.
async fn flood(router: &Router, tokens: impl Iterator<Item = String>) {
    let mut requests = JoinSet::new();
    for token in tokens {
        requests.spawn(status(router.clone(), token));
        if requests.len() >= AT_ONCE {
            let found = requests.join_next().await.expect("a request");
            assert_eq!(found.expect("no panic"), 401);
        }
    }
    let rest = requests.join_all().await;
    assert!(rest.iter().all(|status| *status == 401), "{rest:?}");
}

/// 2 kB that nobody has issued.
fn garbage(number: usize) -> String {
    let mut token = String::with_capacity(2048);
    while token.len() < 2000 {
        let _ = write!(token, "{number}-garbage_");
    }
    token
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_garbage() {
    let bench = start().await;
    // Room for the good ones, and for little of the garbage.
    let oidc = builder(&bench).token_cache_bytes(128 * 1024).build();
    let oidc = oidc.expect("the configuration is sound");
    let router = (app().axum)(&oidc).with_state(oidc);
    let good: Vec<_> = (0..GOOD).map(|_| opaque(&bench.idp).mint()).collect();
    check_good(&bench, &router, &good, GOOD).await;

    flood(&router, (0..ASKED_ABOUT).map(garbage)).await;
    assert_eq!(calls(&bench.idp), ASKED_ABOUT);
    check_good(&bench, &router, &good, 0).await;

    // The last ones are remembered, but for those whose place another took.
    bench.idp.reset_hits();
    let last = ASKED_ABOUT - 1000..ASKED_ABOUT;
    flood(&router, last.map(garbage)).await;
    let again = calls(&bench.idp);
    assert!(again < 300, "{again} of 1000 are asked about again");

    // What is no token of anybody's costs nobody anything.
    bench.idp.reset_hits();
    let prefixed = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ";
    let jwts = (0..REJECTED_AT_ONCE).map(|number| format!("{prefixed}.{number:08}.AAAA"));
    flood(&router, jwts).await;
    assert_eq!(calls(&bench.idp), 0);
    assert!(bench.idp.hits(Endpoint::Jwks) <= 1);
    check_good(&bench, &router, &good, 0).await;
}

/// Every good token is still good, and so many are asked about.
async fn check_good(bench: &Bench, router: &Router, good: &[String], asked: usize) {
    bench.idp.reset_hits();
    for token in good {
        assert_eq!(status(router.clone(), token.clone()).await, 200);
    }
    assert_eq!(calls(&bench.idp), asked);
    bench.idp.reset_hits();
}
