#[oidc::required(via("bearer"))]
async fn list() {}

fn main() {}
