#[oidc::required(roles("editor", "editor"))]
async fn list() {}

fn main() {}
