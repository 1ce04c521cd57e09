#[oidc::policy(via = "sesion")]
struct Browsers;

#[oidc::required(policy = Browsers)]
async fn list() {}

fn main() {}
