#[oidc::required(role = "editor")]
async fn list() {}

fn main() {}
