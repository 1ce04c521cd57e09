#[oidc::required(max_age = "15")]
async fn list() {}

fn main() {}
