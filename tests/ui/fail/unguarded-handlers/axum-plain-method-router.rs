use oidc::Oidc;
use oidc::axum::Router;

async fn list() {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", axum::routing::get(list));
}
