#[oidc::required(not(any(roles = "bot", any(scopes = "guest limited"))))]
async fn list() {}

fn main() {}
