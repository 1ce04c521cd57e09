#[oidc::required(any(issuer = "Partner", roles = "admin"))]
async fn list() {}

fn main() {}
