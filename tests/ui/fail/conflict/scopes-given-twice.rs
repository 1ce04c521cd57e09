#[oidc::required(scopes = "read", scopes = "write")]
async fn list() {}

fn main() {}
