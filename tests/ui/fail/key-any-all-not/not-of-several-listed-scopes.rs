#[oidc::required(roles = "editor", any(acr = "gold", not(scopes("guest", "limited"))))]
async fn list() {}

fn main() {}
