#[oidc::required(issuer = "own", issuer = "partner")]
async fn list() {}

fn main() {}
