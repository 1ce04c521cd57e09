//! The provider is down: at the start, later, and for longer than its last keys are believed.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use oidc_devidp::{Endpoint, Fault};
use tokio::task::JoinSet;
use tower_service::Service as _;

use super::{LIMIT, app, until, until_requested, warm_up, without_cache};
use crate::support::bench::Bench;
use crate::support::reply::{anonymous, invalid_token, malformed, ok, unavailable};
use crate::support::servers::for_both;

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn from_the_start() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.stop();
            let good = bench.good_token();
            for _ in 0..3 {
                server
                    .get("/required", good.as_str())
                    .await
                    .assert("down", &unavailable());
            }
            server
                .get("/required", None)
                .await
                .assert("no token needs no keys", &anonymous());
            server
                .get("/required", "a,b")
                .await
                .assert("nor does a bad header", &malformed());
            bench.idp.restart().expect("the port is free");
            until(async || server.get("/required", good.as_str()).await.status == 200).await;
        },
    )
    .await;
}

#[tokio::test]
async fn later() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || without_cache(&bench),
        async |server| {
            let get = async || server.get("/required", bench.good_token().as_str()).await;
            warm_up(server, &bench).await;
            bench.idp.stop();
            get().await.assert("at once", &ok("alice"));
            bench.advance(HOUR);
            get().await.assert("after an hour", &ok("alice"));
            bench.advance(22 * HOUR);
            get().await.assert("after 23 hours", &ok("alice"));
            let forged = bench
                .idp
                .token()
                .key(&oidc_devidp::TestKey::ec_p256())
                .mint();
            server
                .get("/required", forged.as_str())
                .await
                .assert("forged", &invalid_token());
            bench.advance(2 * HOUR);
            get().await.assert("after 25 hours", &unavailable());
            server
                .get("/required", None)
                .await
                .assert("anonymous", &anonymous());
            bench.idp.restart().expect("the port is free");
            until(async || get().await.status == 200).await;
        },
    )
    .await;
}

/// Every request of a day is admitted, whatever the attempts to reach the provider do meanwhile.
#[tokio::test]
async fn around_the_clock() {
    const STEP: Duration = Duration::from_secs(10 * 60);
    let bench = Bench::start().await;
    for_both(
        app(),
        || without_cache(&bench),
        async |server| {
            warm_up(server, &bench).await;
            bench.idp.stop();
            for step in 1..144 {
                bench.advance(STEP);
                let reply = server.get("/required", bench.good_token().as_str()).await;
                reply.assert(&format!("after {:?}", step * STEP), &ok("alice"));
            }
            bench.idp.restart().expect("the port is free");
        },
    )
    .await;
}

/// The cache of verified tokens does not outlive the keys either.
#[tokio::test]
async fn with_cached_tokens() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            let lasting = bench.idp.token().expires_in(7 * 24 * 3600).mint();
            let get = async || server.get("/required", lasting.as_str()).await;
            get().await.assert("at the start", &ok("alice"));
            bench.idp.stop();
            bench.advance(23 * HOUR);
            get().await.assert("after 23 hours", &ok("alice"));
            bench.advance(2 * HOUR);
            get().await.assert("after 25 hours", &unavailable());
            bench.idp.restart().expect("the port is free");
        },
    )
    .await;
}

/// A slow provider delays no request whose key is known.
#[tokio::test]
async fn slowly() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || without_cache(&bench),
        async |server| {
            bench.idp.heal();
            warm_up(server, &bench).await;
            for endpoint in Endpoint::ALL {
                bench.idp.fault(endpoint, Fault::Slow(10 * LIMIT));
            }
            bench.idp.reset_hits();
            bench.advance(HOUR / 2);
            let answers = async {
                for _ in 0..20 {
                    let reply = server.get("/required", bench.good_token().as_str()).await;
                    reply.assert("while the provider is asked", &ok("alice"));
                }
            };
            tokio::time::timeout(LIMIT, answers)
                .await
                .expect("no request waits for the provider");
            until_requested(&bench, Endpoint::Jwks, 1).await;
        },
    )
    .await;
}

#[tokio::test]
async fn at_the_first_rush() {
    const CLIENTS: usize = 200;
    let bench = Bench::start().await;
    let good = bench.good_token();
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.reset_hits();
            let requests: Vec<_> = (0..CLIENTS)
                .map(|_| {
                    let request = server.request(reqwest::Method::GET, "/required");
                    tokio::spawn(request.bearer_auth(&good).send())
                })
                .collect();
            for request in requests {
                let response = request.await.expect("no panic").expect("an answer");
                assert_eq!(response.status(), 200);
            }
            assert_eq!(bench.idp.hits(Endpoint::Discovery), 1);
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}

/// More than there may be connections, so without them.
#[tokio::test]
async fn at_the_first_rush_of_a_thousand() {
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let router = (app().axum)(&oidc).with_state(oidc);
    let authorization = format!("Bearer {}", bench.good_token());
    let mut requests = JoinSet::new();
    for _ in 0..1000 {
        let request = Request::get("/required").header("authorization", &authorization);
        let request = request.body(Body::empty()).expect("a request");
        requests.spawn(router.clone().call(request));
    }
    for response in requests.join_all().await {
        let Ok(response) = response;
        assert_eq!(response.status(), 200);
    }
    assert_eq!(bench.idp.hits(Endpoint::Discovery), 1);
    assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
}
