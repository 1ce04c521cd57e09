use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let _: Router<Oidc> = Router::new().nest_service_unguarded("/docs", axum::Router::new());
}
