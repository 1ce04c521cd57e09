use oidc::Oidc;
use oidc::axum::{Router, get};

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", get("all of them"));
}
