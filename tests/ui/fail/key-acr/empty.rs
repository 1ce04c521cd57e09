#[oidc::required(acr = [])]
async fn list() {}

fn main() {}
