#[oidc::required(max_age = "2w")]
async fn list() {}

fn main() {}
