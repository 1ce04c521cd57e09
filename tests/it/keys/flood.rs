//! Invented key names neither reach the provider nor hold up a rotation.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::Endpoint;
use serde_json::json;
use tower_service::Service as _;

use super::{app, warm_up};
use crate::support::bench::Bench;
use crate::support::reply::{invalid_token, ok};
use crate::support::servers::{Server, for_both};

/// Tokens that only their signatures tell from genuine ones, each with another `kid`.
fn forgeries(bench: &Bench, count: usize) -> Vec<String> {
    let genuine = bench.good_token();
    let (_, payload_and_signature) = genuine.split_once('.').expect("a token has three parts");
    let forge = |index: usize| {
        let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": format!("forged-{index}") });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        format!("{header}.{payload_and_signature}")
    };
    (0..count).map(forge).collect()
}

/// Sends them all, several at a time, with a genuine token now and then.
async fn flood(server: &Server, bench: &Bench, tokens: &[String]) {
    for chunk in tokens.chunks(50) {
        let requests: Vec<_> = chunk
            .iter()
            .map(|token| {
                let request = server.request(reqwest::Method::GET, "/required");
                tokio::spawn(request.bearer_auth(token).send())
            })
            .collect();
        for request in requests {
            let response = request.await.expect("no panic").expect("an answer");
            assert_eq!(response.status(), 401);
        }
        warm_up(server, bench).await;
    }
}

#[tokio::test]
async fn costs_one_fetch_per_cool_down() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.reset_hits();
            warm_up(server, &bench).await;
            let tokens = forgeries(&bench, 2000);
            flood(server, &bench, &tokens).await;
            let hits = bench.idp.hits(Endpoint::Jwks);
            assert!((2..=3).contains(&hits), "{hits} fetches");
            bench.advance(Duration::from_secs(11));
            flood(server, &bench, &tokens[..100]).await;
            let more = bench.idp.hits(Endpoint::Jwks) - hits;
            assert!(more <= 2, "{more} further fetches");
            assert_eq!(bench.idp.hits(Endpoint::Discovery), 1);
        },
    )
    .await;
}

async fn status(router: &mut Router, token: &str) -> u16 {
    let request = Request::get("/required").header("authorization", format!("Bearer {token}"));
    let request = request.body(Body::empty()).expect("a request");
    let Ok(response) = router.call(request).await;
    response.status().as_u16()
}

/// More names than are remembered, without the time that connections take.
#[tokio::test]
async fn of_any_size_costs_one_fetch_per_cool_down() {
    const SIZE: usize = 100_000;
    const COOL_DOWN: usize = 10;
    let bench = Bench::start().await;
    let oidc = bench.oidc();
    let mut router = (app().axum)(&oidc).with_state(oidc);
    let good = bench.idp.token().expires_in(24 * 3600);
    assert_eq!(status(&mut router, &good.clone().mint()).await, 200);
    bench.idp.reset_hits();
    let start = Instant::now();
    for (number, forged) in forgeries(&bench, SIZE).iter().enumerate() {
        assert_eq!(status(&mut router, forged).await, 401);
        if number % 1000 == 0 {
            let token = good.clone().claim("number", json!(number)).mint();
            assert_eq!(status(&mut router, &token).await, 200, "after {number}");
        }
    }
    // Each cool-down has one exception, for a rotation.
    let seconds = usize::try_from(start.elapsed().as_secs()).expect("it does not take ages");
    let allowed = 2 * (1 + seconds / COOL_DOWN);
    let hits = bench.idp.hits(Endpoint::Jwks);
    assert!(
        (1..=allowed).contains(&hits),
        "{hits} fetches in {seconds} s"
    );

    bench.idp.rotate_keys();
    bench.advance(Duration::from_secs(11));
    let rotated = bench.idp.token().sub("bob").mint();
    assert_eq!(
        status(&mut router, &rotated).await,
        200,
        "the first token after a rotation"
    );
}

#[tokio::test]
async fn costs_nothing_when_the_tokens_could_not_be_ours() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            bench.idp.reset_hits();
            warm_up(server, &bench).await;
            let hopeless = [
                bench.idp.token().kid("x").audience("other").mint(),
                bench
                    .idp
                    .token()
                    .kid("x")
                    .issuer("https://attacker.example")
                    .mint(),
                bench.idp.token().kid("x").expires_in(-60).mint(),
                bench.idp.token().kid("x").nonce("n").mint(),
                bench.idp.token().kid("x").without("sub").mint(),
                bench
                    .idp
                    .token()
                    .kid("x")
                    .header("typ", json!("logout+jwt"))
                    .mint(),
                bench
                    .idp
                    .token()
                    .kid("x")
                    .header("alg", json!("none"))
                    .mint(),
                bench
                    .idp
                    .token()
                    .kid("x")
                    .header("crit", json!(["exp"]))
                    .mint(),
                bench.idp.token().kid("").mint(),
                bench.idp.token().kid("x".repeat(300).as_str()).mint(),
            ];
            for token in &hopeless {
                server
                    .get("/required", token.as_str())
                    .await
                    .assert(token, &invalid_token());
            }
            assert_eq!(bench.idp.hits(Endpoint::Jwks), 1);
        },
    )
    .await;
}

#[tokio::test]
async fn does_not_hold_up_a_rotation() {
    let bench = Bench::start().await;
    for_both(
        app(),
        || bench.oidc(),
        async |server| {
            warm_up(server, &bench).await;
            // Issued before the fetch that they cause, as an attacker's copy of a token is.
            let tokens = forgeries(&bench, 200);
            bench.idp.reset_hits();
            flood(server, &bench, &tokens).await;
            bench.idp.rotate_keys();
            bench.advance(Duration::from_secs(2));
            let new = bench.idp.token().sub("bob").mint();
            server
                .get("/required", new.as_str())
                .await
                .assert("the new key", &ok("bob"));
            flood(server, &bench, &tokens).await;
            let hits = bench.idp.hits(Endpoint::Jwks);
            assert!((2..=3).contains(&hits), "{hits} fetches");
        },
    )
    .await;
}
