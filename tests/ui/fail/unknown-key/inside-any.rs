#[oidc::required(any(scopes = "read", scope = "write"))]
async fn list() {}

fn main() {}
