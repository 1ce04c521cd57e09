use axum::extract::Path;
use oidc::Principal;

#[derive(serde::Deserialize)]
struct Order;

impl Order {
    #[oidc::required(scopes = "orders:read")]
    async fn show(_user: Principal, Path(_id): Path<Self>) -> &'static str {
        "order"
    }
}

fn main() {
    let _: axum::Router<oidc::Oidc> = axum::Router::new().route("/", axum::routing::get(Order::show));
}
