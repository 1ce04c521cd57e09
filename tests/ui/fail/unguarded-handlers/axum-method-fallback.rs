use oidc::Oidc;
use oidc::axum::{Router, get};

#[oidc::required]
async fn list() {}

async fn other() {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", get(list).fallback(other));
}
