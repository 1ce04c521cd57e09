//! `/bare` and `/guarded` on axum with oauth-resource-server.

use std::env::var;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use oauth_resource_server::axum::AuthLayer;
use oauth_resource_server::{KeyNaming, OAuthConfig, OAuthValidator, static_token_policy};
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let config = OAuthConfig {
        enabled: true,
        issuer: var("BENCH_ISSUER").unwrap(),
        jwks_uri: Some(var("BENCH_JWKS").unwrap()),
        audience: var("BENCH_AUDIENCE").unwrap(),
        resource: "https://api.example.org/".into(),
        required_scope: Some("read".into()),
        ..OAuthConfig::default()
    };
    let config = config.resolve(KeyNaming::Dotted("oauth")).unwrap().unwrap();
    let validator = Arc::new(OAuthValidator::new(&config).unwrap());
    validator.refresh_now().await.unwrap();
    let decision = static_token_policy(None, Some(&config), false).unwrap();
    let layer = AuthLayer::from_decision(decision, Some(validator)).unwrap();
    let app = Router::new()
        .route("/guarded", get(ok))
        .route_layer(layer)
        .route("/bare", get(ok));
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn ok() -> &'static str {
    "ok"
}
