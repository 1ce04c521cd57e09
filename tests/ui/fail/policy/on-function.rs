#[oidc::policy(scopes = "read")]
fn reader() {}

fn main() {}
