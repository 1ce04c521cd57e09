#[oidc::required(any = "read")]
async fn list() {}

fn main() {}
