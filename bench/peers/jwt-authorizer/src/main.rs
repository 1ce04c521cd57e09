//! `/bare` and `/guarded` on axum with jwt-authorizer.

use std::env::var;

use axum::Router;
use axum::routing::get;
use jwt_authorizer::{Authorizer, IntoLayer, JwtAuthorizer, JwtClaims, Validation};
use serde::Deserialize;
use tokio::net::TcpListener;

#[derive(Clone, Deserialize)]
struct User {
    sub: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let validation = Validation::new()
        .iss(&[var("BENCH_ISSUER").unwrap()])
        .aud(&[var("BENCH_AUDIENCE").unwrap()]);
    let authorizer: Authorizer<User> = JwtAuthorizer::from_jwks_url(&var("BENCH_JWKS").unwrap())
        .validation(validation)
        .build()
        .await
        .unwrap();
    let app = Router::new()
        .route("/guarded", get(guarded))
        .route_layer(authorizer.into_layer())
        .route("/bare", get(bare));
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn bare() -> &'static str {
    "ok"
}

async fn guarded(JwtClaims(user): JwtClaims<User>) -> &'static str {
    if user.sub.is_empty() { "" } else { "ok" }
}
