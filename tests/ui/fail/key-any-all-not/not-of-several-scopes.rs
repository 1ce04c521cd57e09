#[oidc::required(not(scopes = "guest limited"))]
async fn list() {}

fn main() {}
