#[oidc::required(any(scopes = "read", crate = ::oidc))]
async fn list() {}

fn main() {}
