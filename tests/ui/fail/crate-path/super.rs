#[oidc::required(crate = super::auth)]
async fn list() {}

fn main() {}
