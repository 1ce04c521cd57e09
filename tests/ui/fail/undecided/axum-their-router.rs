use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let theirs: axum::Router<Oidc> = axum::Router::new();
    let _: Router<Oidc> = Router::new().merge(theirs);
}
