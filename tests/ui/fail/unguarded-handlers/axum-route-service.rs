use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let _: Router<Oidc> = Router::new().route_service("/docs", axum::Router::new());
}
