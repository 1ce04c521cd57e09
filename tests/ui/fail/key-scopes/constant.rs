#[oidc::required(scopes = READ)]
async fn list() {}

fn main() {}
