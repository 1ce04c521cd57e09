#[oidc::required(via = ["bearer", "session"])]
async fn list() {}

fn main() {}
