#[oidc::required(claims(my-claim = "a"))]
async fn list() {}

fn main() {}
