#[oidc::required(crate = ::auth, policy = Reader)]
async fn list() {}

#[oidc::policy(scopes = "read")]
struct Reader;

fn main() {}
