use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let _: Router<Oidc> = Router::new().fallback_service(axum::Router::new());
}
