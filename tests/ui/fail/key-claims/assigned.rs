#[oidc::required(claims = "admin")]
async fn list() {}

fn main() {}
