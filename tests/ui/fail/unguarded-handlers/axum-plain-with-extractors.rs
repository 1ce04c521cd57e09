use axum::Json;
use axum::extract::State;
use oidc::axum::{Router, post};
use oidc::{Principal, Oidc};

async fn create(_: State<Oidc>, _: Principal, _: Json<u32>) {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", post(create));
}
