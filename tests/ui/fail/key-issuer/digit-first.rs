#[oidc::required(issuer = "2nd")]
async fn list() {}

fn main() {}
