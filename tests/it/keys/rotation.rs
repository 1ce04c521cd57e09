//! The provider replaces its keys.

use std::time::Duration;

use oidc_devidp::{Endpoint, TestKey};
use serde_json::json;

use super::{app, until_requested, warm_up};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::for_both;

#[tokio::test]
async fn new_key_serves_at_once_and_old_one_no_longer() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let old = bench.good_token();
            server
                .get("/required", old.as_str())
                .await
                .assert("before", &ok("alice"));
            server
                .get("/required", old.as_str())
                .await
                .assert("from the cache", &ok("alice"));
            bench.idp.reset_hits();
            bench.idp.rotate_keys();
            let new = bench.idp.token().sub("bob").mint();
            server
                .get("/required", new.as_str())
                .await
                .assert("the first new one", &ok("bob"));
            server
                .get("/required", old.as_str())
                .await
                .assert("an old one", &invalid_token());
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}

#[tokio::test]
async fn added_key_ends_no_token() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let old = bench.good_token();
            server
                .get("/required", old.as_str())
                .await
                .assert("before", &ok("alice"));
            let key = TestKey::ec_p384();
            let kid = bench.idp.add_key(key.clone());
            let new = bench
                .idp
                .token()
                .key(&key)
                .kid(kid.as_str())
                .sub("bob")
                .mint();
            server
                .get("/required", new.as_str())
                .await
                .assert("the new key", &ok("bob"));
            server
                .get("/required", old.as_str())
                .await
                .assert("the old key", &ok("alice"));
        },
    )
    .await;
}

/// Without a token of a new key, the regular refresh finds the withdrawal.
#[tokio::test]
async fn withdrawn_key_is_noticed_without_a_new_token() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let old = bench.good_token();
            server
                .get("/required", old.as_str())
                .await
                .assert("before", &ok("alice"));
            bench.idp.reset_hits();
            bench.idp.rotate_keys();
            bench.advance(Duration::from_secs(241));
            // The refresh that this request starts continues in the background.
            server
                .get("/required", old.as_str())
                .await
                .assert("the last time", &ok("alice"));
            super::until(async || server.get("/required", old.as_str()).await.status == 401).await;
            // The refresh, and the look whether the key is there after all.
            assert!(bench.idp.hits(Endpoint::Jwks) <= 2);
        },
    )
    .await;
}

/// `max-age`, and after which time the keys are fetched again.
async fn refreshes(max_age: Option<&str>, not_after: u64, but_after: u64) {
    let bench = Bench::start().await;
    bench.idp.jwks_cache_control(max_age);
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            bench.idp.reset_hits();
            warm_up(server, &bench).await;
            bench.advance(Duration::from_secs(not_after));
            for _ in 0..20 {
                warm_up(server, &bench).await;
            }
            assert_eq!(
                bench.idp.hits(Endpoint::Jwks),
                1,
                "{max_age:?} after {not_after} s"
            );
            bench.advance(Duration::from_secs(but_after - not_after));
            warm_up(server, &bench).await;
            until_requested(&bench, Endpoint::Jwks, 2).await;
        },
    )
    .await;
}

#[tokio::test]
async fn refresh_is_ahead_of_expiry() {
    refreshes(Some("public, max-age=300"), 200, 241).await;
}

#[tokio::test]
async fn refresh_has_a_default() {
    refreshes(None, 410, 481).await;
}

#[tokio::test]
async fn refresh_is_at_most_every_minute() {
    refreshes(Some("no-store, max-age=0"), 30, 49).await;
}

#[tokio::test]
async fn refresh_is_every_minute_if_the_set_may_not_be_stored() {
    refreshes(Some("max-age=3600, no-store"), 30, 49).await;
    refreshes(Some("public, No-Cache, max-age=3600"), 30, 49).await;
}

#[tokio::test]
async fn refresh_is_at_least_every_hour() {
    refreshes(Some("max-age=31536000"), 2500, 2881).await;
}

#[tokio::test]
async fn refresh_survives_nonsense() {
    refreshes(Some("max-age=soon"), 410, 481).await;
}

/// Instances of an application that started together.
#[tokio::test]
async fn refreshes_are_not_in_step() {
    const INSTANCES: usize = 64;
    let bench = Bench::start().await;
    let fleet: Vec<_> = (0..INSTANCES).map(|_| bench.steady_oidc()).collect();
    let request = async || {
        for oidc in &fleet {
            oidc.discover().await.expect("the provider runs");
        }
    };
    let age = |oidc: &oidc::Oidc| oidc.health().keys_age.expect("keys");
    request().await;
    bench.idp.reset_hits();
    // Refreshes of keys that are fresh for 300 s start between 210 s and 240 s.
    bench.advance(Duration::from_secs(225));
    request().await;
    super::until(async || bench.idp.hits(Endpoint::Jwks) > 0).await;
    bench.advance(Duration::from_secs(16));
    request().await;
    super::until(async || {
        fleet
            .iter()
            .all(|oidc| age(oidc) < Duration::from_secs(100))
    })
    .await;
    let early = fleet
        .iter()
        .filter(|oidc| age(oidc) >= Duration::from_secs(16));
    let early = early.count();
    assert!((1..INSTANCES).contains(&early), "{early} of {INSTANCES}");
    assert_eq!(bench.idp.hits(Endpoint::Jwks), INSTANCES);
}

#[tokio::test]
async fn one_bad_key_does_not_spoil_the_set() {
    let bench = Bench::start().await;
    let own = bench.idp.jwks()["keys"][0].clone();
    let spoiled = [
        json!({ "keys": [null, own] }),
        json!({ "keys": [{}, own] }),
        json!({ "keys": ["key", 7, [], own] }),
        json!({ "keys": [{ "kty": "RSA", "kid": "a" }, own] }),
        json!({ "keys": [{ "kty": "RSA", "n": "!", "e": "AQAB" }, own] }),
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }, own] }),
        json!({ "keys": [{ "kty": "EC", "crv": "P-521", "x": "AA", "y": "AA" }, own] }),
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed448", "x": "AA" }, own] }),
        json!({ "keys": [{ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA" }, own] }),
        json!({ "keys": [own, { "kty": "oct", "k": "AA" }], "extra": true }),
        json!({ "keys": [own, { "kty": 7, "kid": 7, "use": 7 }] }),
    ];
    for jwks in spoiled {
        bench.idp.publish_jwks(jwks.clone());
        for_both(
            app(),
            || bench.oidc(),
            async |server| {
                let reply = server.get("/required", bench.good_token().as_str()).await;
                reply.assert(&jwks.to_string(), &ok("alice"));
            },
        )
        .await;
    }
}
