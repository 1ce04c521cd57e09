#[oidc::required(max_age = "0s")]
async fn list() {}

fn main() {}
