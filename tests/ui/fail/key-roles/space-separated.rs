#[oidc::required(roles = "a b")]
async fn list() {}

fn main() {}
