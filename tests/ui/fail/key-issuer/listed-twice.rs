#[oidc::required(issuer("own", "partner", "own"))]
async fn list() {}

fn main() {}
