#[oidc::required(acr = "silver gold")]
async fn list() {}

fn main() {}
