use axum::Json;
use axum::extract::State;
use oidc::axum::{Router, post};
use oidc::{IdToken, Oidc};

async fn create(_: State<Oidc>, _: IdToken, _: Json<u32>) {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", post(create));
}
