#[oidc::required(not(scopes = "read", roles = "editor"))]
async fn list() {}

fn main() {}
