//! `/bare` and `/guarded` on axum with oidc-guard.

use std::env::var;

use axum::Router;
use axum::routing::get;
use oidc::Oidc;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let oidc = Oidc::builder()
        .client_id(var("BENCH_AUDIENCE").unwrap())
        .discovery_url(var("BENCH_DISCOVERY").unwrap())
        .build()
        .unwrap();
    let app = Router::new()
        .route("/bare", get(bare))
        .route("/guarded", get(guarded))
        .with_state(oidc);
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn bare() -> &'static str {
    "ok"
}

#[oidc::required]
async fn guarded() -> &'static str {
    "ok"
}
