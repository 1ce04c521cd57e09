#[oidc::required(claims(level = 'a'))]
async fn list() {}

fn main() {}
