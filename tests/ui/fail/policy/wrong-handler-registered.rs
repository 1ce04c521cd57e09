// The route has a decision, only a wrong one.
use oidc::Oidc;
use oidc::axum::{Router, get};

#[oidc::required(scope = "read")]
async fn list() -> &'static str {
    "orders"
}

fn main() {
    let _ = Router::<Oidc>::new().route("/orders", get(list));
}
