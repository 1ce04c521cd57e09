#[oidc::public(reason = "health check")]
pub fn health() {}

fn main() {}
