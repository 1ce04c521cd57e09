use axum::response::IntoResponse;

#[oidc::required(scopes = "read")]
fn list() -> impl IntoResponse {
    "orders"
}

fn main() {
    let _: axum::Router<oidc::Oidc> = axum::Router::new().route("/", axum::routing::get(list));
}
