#[oidc::required(via = "api key")]
async fn list() {}

fn main() {}
