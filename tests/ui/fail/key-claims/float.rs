#[oidc::required(claims(level = 1.5))]
async fn list() {}

fn main() {}
