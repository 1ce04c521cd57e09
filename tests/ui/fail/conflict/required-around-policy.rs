#[oidc::required]
#[oidc::policy(scopes = "read")]
async fn list() {}

fn main() {}
