#[oidc::required(claims(groups = "admin", groups = "ops"))]
async fn list() {}

fn main() {}
