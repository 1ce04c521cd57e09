#[oidc::required(claim(groups = "admin"))]
async fn list() {}

fn main() {}
