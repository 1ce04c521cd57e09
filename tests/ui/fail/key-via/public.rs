#[oidc::public(reason = "health check", via = "bearer")]
async fn health() {}

fn main() {}
