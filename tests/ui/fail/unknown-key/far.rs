#[oidc::required(banana = "read")]
async fn list() {}

fn main() {}
