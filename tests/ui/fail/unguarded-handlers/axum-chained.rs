use oidc::Oidc;
use oidc::axum::{Router, get};

#[oidc::required]
async fn list() {}

async fn create() {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", get(list).post(create));
}
