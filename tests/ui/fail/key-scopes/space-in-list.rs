#[oidc::required(scopes("read write"))]
async fn list() {}

fn main() {}
