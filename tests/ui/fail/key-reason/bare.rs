#[oidc::public("health check")]
async fn list() {}

fn main() {}
