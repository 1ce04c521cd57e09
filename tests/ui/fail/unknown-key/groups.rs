#[oidc::required(groups = "admin")]
async fn list() {}

fn main() {}
