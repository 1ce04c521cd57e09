//! What the guard adds to an axum route, without sockets: the router is called directly.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::response::Response;
use axum::routing::get;
use oidc::Oidc;
use oidc_devidp::{Algorithm, TestIdp};
use oidc_guard_bench::{Contender, interleaved, token, warm};
use tower_service::Service;

const ROUNDS: usize = 41;

#[tokio::main]
async fn main() {
    let idp = TestIdp::start().await;
    let oidc = warm(&idp, 256 << 20).await;
    let tokens: Vec<String> = (0..20_000).map(|n| token(&idp, n, Algorithm::Es256)).collect();
    println!("token: {} bytes", tokens[0].len());
    println!("{:>7} {:>10} {:>10} {:>12} {:>12}", "tokens", "bare ns", "A/A ns", "required ns", "scopes ns");
    for count in [1, 1_000, 20_000] {
        measure(&oidc, &tokens[..count]);
    }
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

fn measure(oidc: &Oidc, tokens: &[String]) {
    let app = Router::new()
        .route("/bare", get(bare))
        .route("/required", get(required))
        .route("/scopes", get(scopes))
        .with_state(oidc.clone());
    let operations = 20_000;
    let contender = |name, path: &'static str| {
        let mut app = app.clone();
        let mut next = 0;
        Contender::new(name, move |operations| {
            for _ in 0..operations {
                let response = call(&mut app, path, &tokens[next]);
                assert_eq!(black_box(response).status(), 200);
                next = (next + 1) % tokens.len();
            }
        })
    };
    let mut contenders = [
        contender("bare", "/bare"),
        contender("control", "/bare"),
        contender("required", "/required"),
        contender("scopes", "/scopes"),
    ];
    let medians = interleaved(&mut contenders, ROUNDS, operations);
    let [bare, control, required, scopes] = [0, 1, 2, 3].map(|index| medians[index].1);
    println!(
        "{:>7} {bare:>10.0} {:>+10.0} {:>+12.0} {:>+12.0}",
        tokens.len(),
        control - bare,
        required - bare,
        scopes - bare
    );
}

/// Handlers here never wait, so one poll gives the response.
fn call(app: &mut Router, path: &str, token: &str) -> Response {
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
