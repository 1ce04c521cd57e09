#[oidc::required(issuer = 1)]
async fn list() {}

fn main() {}
