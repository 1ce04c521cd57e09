#[oidc::required(any(via = "Session", roles = "admin"))]
async fn list() {}

fn main() {}
