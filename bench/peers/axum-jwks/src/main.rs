//! `/bare` and `/guarded` on axum with axum-jwks.

use std::env::var;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_jwks::{Claims, Jwks, ParseTokenClaims, TokenError};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct User {
    sub: String,
}

impl ParseTokenClaims for User {
    type Rejection = Refused;
}

struct Refused;

impl From<TokenError> for Refused {
    fn from(_: TokenError) -> Self {
        Self
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let audience = var("BENCH_AUDIENCE").unwrap();
    let jwks = Jwks::from_jwks_url(&var("BENCH_JWKS").unwrap(), Some(&audience), None)
        .await
        .unwrap();
    let app = Router::new()
        .route("/bare", get(bare))
        .route("/guarded", get(guarded))
        .with_state(jwks);
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn bare() -> &'static str {
    "ok"
}

async fn guarded(Claims(user): Claims<User>) -> &'static str {
    if user.sub.is_empty() { "" } else { "ok" }
}
