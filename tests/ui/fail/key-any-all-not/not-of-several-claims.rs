#[oidc::required(not(claims(suspended = true, banned = true)))]
async fn list() {}

fn main() {}
