#[oidc::required(scopes { "read" })]
async fn list() {}

fn main() {}
