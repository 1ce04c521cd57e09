#[oidc::required(claims(groups = ["admin", "admin"]))]
async fn list() {}

fn main() {}
