// A use of the policy is not a second mistake.
#[oidc::policy(scope = "read")]
struct Reader;

#[oidc::required(policy = Reader)]
async fn list() {}

fn main() {}
