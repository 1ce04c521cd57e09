#[oidc::required(scopes = concat!("read", ":all"))]
async fn list() {}

fn main() {}
