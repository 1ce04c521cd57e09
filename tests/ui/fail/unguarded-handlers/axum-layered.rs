use axum::handler::Handler;
use oidc::Oidc;
use oidc::axum::{Router, get};

#[oidc::policy(scopes = "read")]
struct Reader;

async fn list() {}

fn app(oidc: &Oidc) -> Router<Oidc> {
    Router::new().route("/orders", get(list.layer(oidc.layer(Reader))))
}

fn main() {
    let _ = app;
}
