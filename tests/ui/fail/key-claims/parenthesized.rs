#[oidc::required(claims(groups("admin", "ops")))]
async fn list() {}

fn main() {}
