mod scope {}

#[oidc::required(scopes = "read write", registry = crate::scope)]
async fn list() {}

fn main() {}
