#[oidc::required(issuer = partner)]
async fn list() {}

fn main() {}
