use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let _: Router<Oidc> = Router::new().nest_service("/docs", axum::Router::new());
}
