#[oidc::required(claims(groups.0 = "admin"))]
async fn list() {}

fn main() {}
