#[oidc::required(max_age = "15m", max_age = "1h")]
async fn list() {}

fn main() {}
