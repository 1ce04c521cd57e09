#[oidc::required(issuer = "own,Partner")]
async fn list() {}

fn main() {}
