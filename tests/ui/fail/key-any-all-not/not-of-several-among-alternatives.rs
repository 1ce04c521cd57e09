#[oidc::required(not(any(claims(suspended = true, banned = true))))]
async fn list() {}

fn main() {}
