use oidc::Oidc;
use oidc::axum::Router;

async fn not_found() {}

fn main() {
    let _: Router<Oidc> = Router::new().fallback(not_found);
}
