#[oidc::required(roles = "editor", roles = "author")]
async fn list() {}

fn main() {}
