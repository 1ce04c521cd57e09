#[oidc::required(via = "baerer")]
async fn list() {}

fn main() {}
