#[oidc::required(scopes = "read")]
#[oidc::public(reason = "health check")]
async fn list() {}

fn main() {}
