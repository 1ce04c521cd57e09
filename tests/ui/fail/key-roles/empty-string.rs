#[oidc::required(roles = ["editor", ""])]
async fn list() {}

fn main() {}
