#[oidc::required(policy = "Reader")]
async fn list() {}

fn main() {}
