use axum::extract::State;
use oidc::__private::Guard;
use oidc::Oidc;
use oidc::axum::{Router, get};

#[oidc::policy(scopes = "read")]
struct Reader;

async fn list(_: State<Oidc>, _: Guard<Reader>) {}

fn main() {
    let _: Router<Oidc> = Router::new().route("/orders", get(list));
}
