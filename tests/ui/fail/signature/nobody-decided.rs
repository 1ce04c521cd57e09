use oidc::Oidc;
use oidc::axum::{Router, get};

async fn list() -> &'static str {
    "orders"
}

fn main() {
    let _ = Router::<Oidc>::new().route("/orders", get(list));
}
