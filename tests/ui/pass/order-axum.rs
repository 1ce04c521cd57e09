//! The order of attributes with those around axum.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use oidc::{Principal, Oidc};

#[oidc::required(scopes = "read")]
#[axum::debug_handler(state = Oidc)]
async fn debug_handler_below(State(_oidc): State<Oidc>, _user: Principal) -> &'static str {
    "list"
}

/// Shows an order.
#[oidc::required(scopes = "read")]
#[tracing::instrument(skip(_user))]
#[utoipa::path(get, path = "/orders/{id}", responses((status = 200)))]
async fn ours_first(Path(id): Path<u32>, _user: Principal) -> String {
    id.to_string()
}

#[utoipa::path(get, path = "/orders", responses((status = 200)))]
#[tracing::instrument]
#[oidc::required(scopes = "read")]
async fn ours_last(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(ours_first, ours_last))]
struct Documentation;

fn main() {
    use utoipa::OpenApi as _;

    let _: Router<Oidc> = Router::new()
        .route("/a", get(debug_handler_below))
        .route("/b/{id}", get(ours_first))
        .route("/c/{id}", get(ours_last));

    let json = Documentation::openapi().to_json().unwrap();
    assert!(!json.contains("Guard"), "the guard is no parameter: {json}");
}
