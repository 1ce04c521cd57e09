//! Keys that come late, change or cannot be fetched: known users notice nothing, and all other
//! requests are rejected.

mod clock;
mod cool_down;
mod discovery;
mod faults;
mod flood;
mod outage;
mod replaced;
mod rotation;
mod stuck;

use std::time::{Duration, Instant};

use oidc::Oidc;
use oidc_devidp::Endpoint;

use crate::support::bench::Bench;
use crate::support::reply::ok;
use crate::support::servers::{App, Server, guarded_app};

/// How long anything may take that happens without waiting for a clock.
const LIMIT: Duration = Duration::from_secs(20);

fn app() -> App {
    guarded_app!(required())
}

/// Without the cache of verified tokens, so that every request needs the keys.
fn without_cache(bench: &Bench) -> Oidc {
    bench
        .builder()
        .token_cache_bytes(0)
        .build()
        .expect("the configuration is sound")
}

/// Makes the application fetch the keys.
async fn warm_up(server: &Server, bench: &Bench) {
    let reply = server.get("/required", bench.good_token().as_str()).await;
    reply.assert("with keys just fetched", &ok("alice"));
}

/// Waits until the endpoint had this many requests; more is a failure, too.
async fn until_requested(bench: &Bench, endpoint: Endpoint, times: usize) {
    until(async || bench.idp.hits(endpoint) >= times).await;
    assert_eq!(bench.idp.hits(endpoint), times, "requests for {endpoint:?}");
}

/// Waits until this is so.
pub(crate) async fn until(condition: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !condition().await {
        assert!(start.elapsed() < LIMIT, "still not so after {LIMIT:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
