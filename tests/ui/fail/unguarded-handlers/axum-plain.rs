use oidc::Oidc;
use oidc::axum::{Router, get};

async fn list() {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", get(list));
}
