#[oidc::required(scopes = 3)]
async fn list() {}

fn main() {}
