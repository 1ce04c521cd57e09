//! Discovery fails, and the key set is fine.

use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};

use super::{LIMIT, app, until, warm_up};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::for_both;

const HOUR: Duration = Duration::from_secs(60 * 60);

fn faults() -> [Fault; 4] {
    [
        Fault::Down,
        Fault::Slow(10 * LIMIT),
        Fault::Drip,
        Fault::WrongIssuer,
    ]
}

fn hasty(bench: &Bench) -> oidc::Oidc {
    let builder = bench
        .steady_builder()
        .timeout(Duration::from_millis(600))
        .token_cache_bytes(0);
    builder.build().expect("the configuration is sound")
}

#[tokio::test]
async fn does_not_delay_a_rotation() {
    for fault in faults() {
        let bench = Bench::start().await;
        for_both(
            app(),
            || hasty(&bench),
            async |server| {
                bench.idp.heal();
                warm_up(server, &bench).await;
                bench.advance(HOUR);
                bench.idp.fault(Endpoint::Discovery, fault.clone());
                for rotation in 1..=3 {
                    let old = bench.good_token();
                    bench.idp.rotate_keys();
                    let case = format!("{fault:?}, rotation {rotation}");
                    let new = bench.idp.token().sub("bob").mint();
                    let reply = server.get("/required", new.as_str()).await;
                    reply.assert(&case, &ok("bob"));
                    let reply = server.get("/required", old.as_str()).await;
                    reply.assert(&case, &invalid_token());
                    bench.advance(Duration::from_secs(31));
                }
            },
        )
        .await;
    }
}

/// Keys are used for a day at most, so they have to be refreshed regardless.
#[tokio::test]
async fn does_not_outdate_the_keys() {
    for fault in faults() {
        let bench = Bench::start().await;
        for_both(
            app(),
            || hasty(&bench),
            async |server| {
                bench.idp.heal();
                warm_up(server, &bench).await;
                bench.idp.fault(Endpoint::Discovery, fault.clone());
                for step in 1..=10 {
                    bench.idp.reset_hits();
                    bench.advance(3 * HOUR);
                    let reply = server.get("/required", bench.good_token().as_str()).await;
                    let case = format!("{fault:?}, after {:?}", step * 3 * HOUR);
                    reply.assert(&case, &ok("alice"));
                    until(async || bench.idp.hits(Endpoint::Jwks) > 0).await;
                }
            },
        )
        .await;
    }
}

/// Not every refresh of the keys waits for discovery after it failed a moment ago.
#[tokio::test]
async fn is_not_repeated_at_once() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || hasty(&bench),
        async |server| {
            bench.idp.heal();
            warm_up(server, &bench).await;
            bench.advance(HOUR);
            bench.idp.fault(Endpoint::Discovery, Fault::Status(500));
            bench.idp.reset_hits();
            for _ in 0..3 {
                bench.idp.rotate_keys();
                let new = bench.idp.token().sub("bob").mint();
                let reply = server.get("/required", new.as_str()).await;
                reply.assert("a new key", &ok("bob"));
                bench.advance(Duration::from_secs(15));
            }
            assert!(bench.idp.hits(Endpoint::Jwks) >= 3);
            assert_eq!(bench.idp.hits(Endpoint::Discovery), 1);
        },
    )
    .await;
}
