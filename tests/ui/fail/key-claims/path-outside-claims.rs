#[oidc::required(realm_access.roles = "editor")]
async fn list() {}

fn main() {}
