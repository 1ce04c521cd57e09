#[oidc::required(crate = "::oidc")]
async fn list() {}

fn main() {}
