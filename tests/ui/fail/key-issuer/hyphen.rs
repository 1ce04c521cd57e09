#[oidc::required(issuer("own", "our-partner"))]
async fn list() {}

fn main() {}
