#[oidc::required(scopes)]
async fn list() {}

fn main() {}
