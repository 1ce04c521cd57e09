#[oidc::required(reason = "health check")]
async fn list() {}

fn main() {}
