use oidc::Oidc;
use oidc::axum::Router;

fn main() {
    let router: Router<Oidc> = Router::new();
    let other: Router<u32> = Router::new();
    let _ = router.merge(other);
}
