#[oidc::required(claims())]
async fn list() {}

fn main() {}
