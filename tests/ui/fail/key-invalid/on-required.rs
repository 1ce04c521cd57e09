#[oidc::required(invalid = "reject")]
async fn list() {}

fn main() {}
