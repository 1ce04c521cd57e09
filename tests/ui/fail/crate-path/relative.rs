#[oidc::required(crate = auth)]
async fn list() {}

fn main() {}
