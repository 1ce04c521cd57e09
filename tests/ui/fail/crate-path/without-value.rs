#[oidc::required(crate)]
async fn list() {}

fn main() {}
