#[oidc::required(claims("groups"))]
async fn list() {}

fn main() {}
