//! The provider replaces a key under the same name, or its keys have no names.

use std::time::Duration;

use oidc_devidp::{Algorithm, DevIdp, Endpoint, TestKey, TokenBuilder};
use serde_json::json;

use super::{app, warm_up};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::for_both;

async fn start() -> Bench {
    Bench::with(DevIdp::builder().algorithm(Algorithm::Es256)).await
}

/// A key set of one key, with this name or without one.
fn publish(bench: &Bench, key: &TestKey, kid: Option<&str>) {
    let mut jwk = key.jwk(kid.unwrap_or_default());
    if kid.is_none() {
        jwk.as_object_mut()
            .expect("a JWK is an object")
            .remove("kid");
    }
    bench.idp.publish_jwks(json!({ "keys": [jwk] }));
}

/// Tokens of `new` are accepted at once after it took the place of `old`.
async fn is_noticed(kid: Option<&str>, old: TestKey, new: TestKey) {
    let bench = start().await;
    bench.idp.jwks_cache_control(Some("max-age=3600"));
    let token = |key: &TestKey| bench.idp.token().key(key).kid(kid).mint();
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            publish(&bench, &old, kid);
            let before = token(&old);
            let reply = server.get("/required", before.as_str()).await;
            reply.assert("before", &ok("alice"));
            publish(&bench, &new, kid);
            bench.advance(Duration::from_secs(2));
            bench.idp.reset_hits();
            let reply = server.get("/required", token(&new).as_str()).await;
            reply.assert("the first token of the new key", &ok("alice"));
            let reply = server.get("/required", before.as_str()).await;
            reply.assert("a token of the old key", &invalid_token());
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}

#[tokio::test]
async fn under_its_name() {
    is_noticed(Some("signing"), TestKey::ec_p256(), TestKey::ec_p256()).await;
}

#[tokio::test]
async fn under_its_name_by_another_algorithm() {
    is_noticed(Some("signing"), TestKey::ec_p256(), TestKey::ed25519()).await;
}

#[tokio::test]
async fn without_a_name() {
    is_noticed(None, TestKey::ec_p256(), TestKey::ec_p256()).await;
}

#[tokio::test]
async fn without_a_name_by_another_algorithm() {
    is_noticed(None, TestKey::ec_p256(), TestKey::ed25519()).await;
}

/// Signed with another key, under the name of the provider's key.
fn forged(bench: &Bench, key: &TestKey) -> TokenBuilder {
    bench.idp.token().key(key)
}

#[tokio::test]
async fn forged_signatures_cost_two_fetches_per_cool_down() {
    const SECONDS: u64 = 30;
    const PER_SECOND: usize = 5;
    let bench = start().await;
    let key = TestKey::ec_p256();
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            warm_up(server, &bench).await;
            bench.idp.reset_hits();
            for second in 0..SECONDS {
                bench.advance(Duration::from_secs(1));
                for number in 0..PER_SECOND {
                    let token = forged(&bench, &key).issued_in(20).claim("n", number.into());
                    let reply = server.get("/required", token.mint().as_str()).await;
                    reply.assert(&format!("second {second}"), &invalid_token());
                }
                warm_up(server, &bench).await;
            }
            // Three cool-downs.
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 6);
        },
    )
    .await;
}

/// These are rejected without a fetch, whatever the keys are.
#[tokio::test]
async fn forged_signatures_that_are_hopeless_cost_nothing() {
    let bench = start().await;
    let key = TestKey::ec_p256();
    for_both(
        app(),
        || bench.steady_oidc(),
        async |server| {
            warm_up(server, &bench).await;
            bench.idp.reset_hits();
            let hopeless: [(&str, TokenBuilder); 5] = [
                ("older", forged(&bench, &key).issued_in(-60)),
                ("without a time", forged(&bench, &key).without("iat")),
                (
                    "for another",
                    forged(&bench, &key).issued_in(20).audience("x"),
                ),
                (
                    "expired",
                    forged(&bench, &key).issued_in(20).expires_in(-60),
                ),
                (
                    "not for this",
                    forged(&bench, &key).issued_in(20).nonce("n"),
                ),
            ];
            bench.advance(Duration::from_secs(2));
            for (case, token) in hopeless {
                let reply = server.get("/required", token.mint().as_str()).await;
                reply.assert(case, &invalid_token());
            }
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 0);

            // One fetch is enough to judge a token for good.
            let forged = forged(&bench, &key).issued_in(-1).mint();
            for _ in 0..5 {
                let reply = server.get("/required", forged.as_str()).await;
                reply.assert("newer", &invalid_token());
                bench.advance(Duration::from_secs(20));
            }
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}
