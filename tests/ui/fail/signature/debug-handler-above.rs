// `debug_handler` counts the arguments before the guard is there.
#[axum::debug_handler(state = oidc::Oidc)]
#[oidc::required]
async fn list() {}

fn main() {}
