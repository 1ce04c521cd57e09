#[oidc::required(scope = "read")]
async fn list() {}

fn main() {}
