//! What is answered about an unknown key while it is too early to ask for it, or the key set
//! cannot be had: that the token is not valid would be a guess.

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
async fn holds_up_a_new_key_and_says_for_how_long() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
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

/// The newest key set is newer than the token, or was read for this very name.
#[tokio::test]
async fn leaves_no_doubt_about_a_key_that_is_not_there() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
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

/// One request with a name that will be used later keeps nobody out then.
#[tokio::test]
async fn ends_what_is_known_about_an_unknown_key() {
    let bench = Bench::start().await;
    bench.idp.jwks_cache_control(Some("max-age=3600"));
    for_both(
        app(),
        || bench.oidc(),
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

/// The key set comes a few seconds after the first token: a copy of it is behind.
#[tokio::test]
async fn is_enough_for_a_key_set_that_is_behind() {
    let bench = Bench::start().await;
    bench.idp.jwks_cache_control(Some("max-age=3600"));
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.heal();
            warm_up(server, &bench).await;
            let behind = bench.idp.jwks();
            bench.idp.rotate_keys();
            let new = bench.idp.token().sub("bob").mint();
            bench.idp.publish_jwks(behind);
            let reply = server.get("/required", new.as_str()).await;
            reply.assert("behind", &invalid_token());
            bench.idp.heal();
            bench.advance(Duration::from_secs(COOL_DOWN));
            let reply = server.get("/required", new.as_str()).await;
            reply.assert("after the cool-down", &ok("bob"));
        },
    )
    .await;
}

fn hasty(bench: &Bench) -> Oidc {
    let builder = bench.builder().timeout(Duration::from_millis(500));
    builder.build().expect("the configuration is sound")
}

#[tokio::test]
async fn a_key_set_that_cannot_be_had_leaves_doubt() {
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
