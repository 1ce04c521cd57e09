#[oidc::required(via = "")]
async fn list() {}

fn main() {}
