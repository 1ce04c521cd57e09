use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let plain: axum::Router<Oidc> = axum::Router::new();
    let _: Router<Oidc> = Router::new().merge(plain);
}
