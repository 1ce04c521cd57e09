#[oidc::required(any())]
async fn list() {}

fn main() {}
