#[oidc::required(claims(level = 9223372036854775808))]
async fn list() {}

fn main() {}
