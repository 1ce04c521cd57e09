#[oidc::public(reason = "health check", scopes = "read")]
async fn list() {}

fn main() {}
