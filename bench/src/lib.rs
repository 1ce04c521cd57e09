//! What the benchmarks share: a provider, tokens like Keycloak's, and interleaved rounds.

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::response::Response;
use axum::routing::get;
use oidc::Oidc;
use oidc_devidp::{Algorithm, TestIdp};
use serde_json::json;
use tower_service::Service;

/// A client that has its keys already.
pub async fn warm(idp: &TestIdp, cache_bytes: u64) -> Oidc {
    let oidc = Oidc::builder()
        .client_id(idp.client_id())
        .discovery_url(idp.discovery_url())
        .token_cache_bytes(cache_bytes)
        .build()
        .expect("the configuration is right");
    oidc.discover().await.expect("the provider runs");
    oidc
}

/// A token of about 2,000 bytes with the claims that Keycloak sends.
pub fn token(idp: &TestIdp, number: usize, algorithm: Algorithm) -> String {
    let roles: Vec<String> = (0..12)
        .map(|role| format!("application-role-{role}"))
        .collect();
    idp.token()
        .sub("alice")
        .alg(algorithm)
        .expires_in(24 * 3600)
        .scope("openid profile email read")
        .claim(
            "jti",
            json!(format!("9f1c2d3e-0000-4000-8000-{number:012}")),
        )
        .claim("sid", json!("7a2f4d1c-57b7-4a35-9c44-0f6b1c1f9a11"))
        .claim(
            "allowed-origins",
            json!(["https://app.example.org", "https://admin.example.org"]),
        )
        .claim(
            "realm_access",
            json!({ "roles": ["offline_access", "default-roles-main"] }),
        )
        .claim("resource_access", json!({ "my-api": { "roles": roles } }))
        .claim("groups", json!(["/staff", "/staff/engineering", "admin"]))
        .mint()
}

/// Something to measure: a name, and what is done so many times.
pub struct Contender<'c> {
    name: &'static str,
    run: Box<dyn FnMut(usize) + 'c>,
}

impl<'c> Contender<'c> {
    pub fn new(name: &'static str, run: impl FnMut(usize) + 'c) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }
}

/// Runs all contenders in turns, so that a noisy moment hits all of them, and returns the median
/// time of one operation for each, in nanoseconds.
pub fn interleaved(
    contenders: &mut [Contender<'_>],
    rounds: usize,
    operations: usize,
) -> Vec<(&'static str, f64)> {
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let started = Instant::now();
            (contender.run)(operations);
            if round > 0 {
                times.push(started.elapsed());
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_nanos() as f64 / operations as f64
    };
    contenders
        .iter()
        .zip(&mut times)
        .map(|(contender, times)| (contender.name, median(times)))
        .collect()
}

/// The same route bare and guarded.
pub fn app(oidc: &Oidc) -> Router {
    Router::new()
        .route("/bare", get(bare))
        .route("/required", get(required))
        .route("/scopes", get(scopes))
        .with_state(oidc.clone())
}

async fn bare() -> &'static str {
    "ok"
}

#[oidc::required]
async fn required() -> &'static str {
    "ok"
}

#[oidc::required(scopes = "read", claims(groups = "admin"))]
async fn scopes() -> &'static str {
    "ok"
}

/// Handlers here never wait, so one poll gives the response.
pub fn call(app: &mut Router, path: &str, token: &str) -> Response {
    let request = Request::builder()
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty())
        .expect("a valid request");
    let future = pin!(app.call(request));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the handler waits"),
    }
}
