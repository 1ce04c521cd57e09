#[oidc::required(issuer = "own partner")]
async fn list() {}

fn main() {}
