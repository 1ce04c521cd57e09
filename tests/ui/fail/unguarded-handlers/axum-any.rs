use oidc::Oidc;
use oidc::axum::{Router, any};

async fn list() {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", any(list));
}
