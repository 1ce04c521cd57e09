//! `/bare` and `/guarded` on axum with tower-oauth2-resource-server.

use std::env::var;

use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_oauth2_resource_server::server::OAuth2ResourceServer;
use tower_oauth2_resource_server::tenant::TenantConfiguration;

#[derive(Clone, Deserialize)]
struct User {
    sub: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let tenant = TenantConfiguration::builder(var("BENCH_ISSUER").unwrap())
        .audiences(&[var("BENCH_AUDIENCE").unwrap()])
        .build()
        .await
        .unwrap();
    let server = OAuth2ResourceServer::<User>::builder()
        .add_tenant(tenant)
        .build()
        .await
        .unwrap();
    let app = Router::new()
        .route("/guarded", get(guarded))
        .route_layer(server.into_layer())
        .route("/bare", get(bare));
    let listener = TcpListener::bind(var("BENCH_LISTEN").unwrap())
        .await
        .unwrap();
    axum::serve(listener, app).await.unwrap();
}

async fn bare() -> &'static str {
    "ok"
}

async fn guarded(Extension(user): Extension<User>) -> &'static str {
    if user.sub.is_empty() { "" } else { "ok" }
}
