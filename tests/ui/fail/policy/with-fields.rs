#[oidc::policy(scopes = "read")]
struct Reader(u8);

fn main() {}
