#[oidc::required(scpoes = "read")]
async fn list() {}

fn main() {}
