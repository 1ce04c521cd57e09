#[oidc::required(issuer())]
async fn list() {}

fn main() {}
