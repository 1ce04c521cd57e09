//! The contract app on axum: what outside test suites run against.
//!
//! Run with:
//! `OIDC_CLIENT_ID=… OIDC_DISCOVERY_URL=… cargo run --example contract_axum`

mod contract;

use axum::routing::{get, post};
use axum::{Json, Router};
use contract::{Echo, Reply};
use oidc::Oidc;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let oidc = contract::configure();
    let app = Router::new()
        .route("/protected", get(contract::protected))
        .route("/protected-claims", get(contract::protected_claims))
        .route("/protected-bad-claims", get(contract::protected_bad_claims))
        .route("/optional", get(contract::optional))
        .route("/scoped-valid", get(contract::scoped_valid))
        .route("/scoped-single", get(contract::scoped_single))
        .route("/scoped-bad", get(contract::scoped_bad))
        .route("/scoped-partial", get(contract::scoped_partial))
        .route("/scoped-and-claims", get(contract::scoped_and_claims))
        .route("/scoped-ok-claims-bad", get(contract::scoped_ok_claims_bad))
        .route("/scoped-bad-claims-ok", get(contract::scoped_bad_claims_ok))
        .route("/open", get(contract::open))
        .route("/healthz", get(contract::open))
        .route("/echo", post(echo))
        .merge(sign_in())
        .with_state(oidc);

    let listener = TcpListener::bind(contract::address()).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let mut terminate = signal(SignalKind::terminate())?;
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            terminate.recv().await;
        })
        .await
}

/// The sign-in routes; axum does not nest below nothing.
fn sign_in() -> Router<Oidc> {
    let routes = oidc::routes!().into();
    match contract::prefix().as_str() {
        "" => routes,
        prefix => Router::new().nest(prefix, routes),
    }
}

#[oidc::required]
async fn echo(Json(Echo { n }): Json<Echo>) -> Reply {
    Reply(json!({ "n": n }))
}
