#[oidc::required(claims(level < 3))]
async fn list() {}

fn main() {}
