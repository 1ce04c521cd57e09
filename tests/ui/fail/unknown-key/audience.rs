#[oidc::required(audience = "api")]
async fn list() {}

fn main() {}
