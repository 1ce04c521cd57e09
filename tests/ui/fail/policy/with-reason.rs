#[oidc::policy(reason = "health check")]
struct Open;

fn main() {}
