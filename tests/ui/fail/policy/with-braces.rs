#[oidc::policy(scopes = "read")]
struct Reader {}

fn main() {}
