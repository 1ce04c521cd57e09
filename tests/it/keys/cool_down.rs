//! Unknown keys during the cool-down, or while the key set is unreachable: whether the token is
//! valid is not known, so 401 would be wrong.

use std::time::Duration;

use oidc::Oidc;
use oidc_devidp::{Endpoint, Fault, TestKey};
use reqwest::header::RETRY_AFTER;

use super::{app, warm_up};
use crate::support::bench::Bench;
use crate::support::reply::{Reply, invalid_token, ok, unavailable};
use crate::support::servers::{Server, for_both};

const COOL_DOWN: u64 = 10;

/// A forged token that claims to be newer than every fetch.
fn forged(bench: &Bench, kid: &str) -> String {
    bench.idp.token().kid(kid).issued_in(20).mint()
}

fn seconds_of_retry_after(reply: &Reply) -> u64 {
    let field = reply.headers.get(RETRY_AFTER).expect("a Retry-After");
    let text = field.to_str().expect("ASCII");
    text.parse().expect("a number of seconds")
}

/// Uses up the fetch of a cool-down and its exception.
async fn exhaust(server: &Server, bench: &Bench) {
    for kid in ["one", "two"] {
        bench.idp.reset_hits();
        let reply = server.get("/required", forged(bench, kid).as_str()).await;
        reply.assert(kid, &invalid_token());
        assert_eq!(bench.idp.hits(Endpoint::Jwks), 1, "{kid}");
        bench.advance(Duration::from_secs(2));
    }
    bench.idp.reset_hits();
}

#[tokio::test]
async fn delays_a_new_key_and_reports_for_how_long() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            warm_up(server, &bench).await;
            exhaust(server, &bench).await;
            let old = bench.good_token();
            bench.idp.rotate_keys();
            let new = bench.idp.token().sub("bob").mint();
            for token in [forged(&bench, "three"), new.clone()] {
                let reply = server.get("/required", token.as_str()).await;
                reply.assert("in the cool-down", &unavailable());
                let seconds = seconds_of_retry_after(&reply);
                assert!((2..COOL_DOWN).contains(&seconds), "{seconds} s");
            }
            let reply = server.get("/required", old.as_str()).await;
            reply.assert("a known key", &ok("alice"));
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 0);

            let reply = server.get("/required", new.as_str()).await;
            bench.advance(Duration::from_secs(seconds_of_retry_after(&reply)));
            let reply = server.get("/required", new.as_str()).await;
            reply.assert("after the cool-down", &ok("bob"));
        },
    )
    .await;
}

/// The last key set is newer than the token, or was fetched for this very name.
#[tokio::test]
async fn does_not_concern_keys_that_are_known_to_be_missing() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            warm_up(server, &bench).await;
            exhaust(server, &bench).await;
            for (case, token) in [
                ("a name that was asked for", forged(&bench, "two")),
                (
                    "older",
                    bench.idp.token().kid("three").issued_in(-60).mint(),
                ),
            ] {
                let reply = server.get("/required", token.as_str()).await;
                reply.assert(case, &invalid_token());
            }
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 0);
        },
    )
    .await;
}

/// A forged token with a name that will be used later does not lock that key out.
#[tokio::test]
async fn is_how_long_a_key_is_taken_to_be_missing() {
    let bench = Bench::start().await;
    bench.idp.jwks_cache_control(Some("max-age=3600"));
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            bench.idp.heal();
            warm_up(server, &bench).await;
            let key = TestKey::ec_p256();
            let token = || bench.idp.token().key(&key).kid("signing-2").mint();
            let reply = server.get("/required", token().as_str()).await;
            reply.assert("before it is published", &invalid_token());
            bench.advance(Duration::from_secs(60));
            let mut jwks = bench.idp.jwks();
            let keys = jwks["keys"].as_array_mut().expect("a key set");
            keys.push(key.jwk("signing-2"));
            bench.idp.publish_jwks(jwks);
            let reply = server.get("/required", token().as_str()).await;
            reply.assert("a minute later", &ok("alice"));
        },
    )
    .await;
}

/// The first token of a new key arrives before a replica of the key set is up to date.
#[tokio::test]
async fn is_enough_for_a_replica_that_lags_behind() {
    let bench = Bench::start().await;
    bench.idp.jwks_cache_control(Some("max-age=3600"));
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            bench.idp.heal();
            warm_up(server, &bench).await;
            let behind = bench.idp.jwks();
            bench.idp.rotate_keys();
            let new = bench.idp.token().sub("bob").mint();
            bench.idp.publish_jwks(behind);
            let reply = server.get("/required", new.as_str()).await;
            reply.assert("not up to date", &invalid_token());
            bench.idp.heal();
            bench.advance(Duration::from_secs(COOL_DOWN));
            let reply = server.get("/required", new.as_str()).await;
            reply.assert("after the cool-down", &ok("bob"));
        },
    )
    .await;
}

fn hasty(bench: &Bench) -> Oidc {
    let builder = bench.steady_builder().timeout(Duration::from_millis(500));
    builder.build().expect("the configuration is sound")
}

#[tokio::test]
async fn unreachable_keys_are_not_missing() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || hasty(&bench),
        async |server| {
            for fault in [
                Fault::Status(503),
                Fault::Down,
                Fault::Slow(10 * super::LIMIT),
                Fault::Garbage,
            ] {
                bench.idp.heal();
                warm_up(server, &bench).await;
                bench.advance(Duration::from_secs(COOL_DOWN));
                let old = bench.good_token();
                bench.idp.rotate_keys();
                bench.idp.fault(Endpoint::Jwks, fault.clone());
                let new = bench.idp.token().sub("bob").mint();
                for round in 0..4 {
                    let case = format!("{fault:?}, {round}");
                    let reply = server.get("/required", new.as_str()).await;
                    reply.assert(&case, &unavailable());
                    let seconds = seconds_of_retry_after(&reply);
                    assert!((1..=COOL_DOWN).contains(&seconds), "{case}: {seconds} s");
                    let reply = server.get("/required", old.as_str()).await;
                    reply.assert(&case, &ok("alice"));
                }
                bench.idp.heal();
                bench.advance(Duration::from_secs(COOL_DOWN));
                let reply = server.get("/required", new.as_str()).await;
                reply.assert(&format!("after {fault:?}"), &ok("bob"));
            }
        },
    )
    .await;
}
