#[oidc::policy(scopes = "read")]
enum Reader {}

fn main() {}
