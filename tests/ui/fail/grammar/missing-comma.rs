#[oidc::required(scopes = "read" roles = "editor")]
async fn list() {}

fn main() {}
