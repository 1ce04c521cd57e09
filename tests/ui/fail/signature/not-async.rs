#[oidc::required]
fn list() -> &'static str {
    "orders"
}

fn main() {
    let _: axum::Router<oidc::Oidc> = axum::Router::new().route("/", axum::routing::get(list));
}
