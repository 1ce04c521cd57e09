#[oidc::required(scopes = "read write read")]
async fn list() {}

fn main() {}
