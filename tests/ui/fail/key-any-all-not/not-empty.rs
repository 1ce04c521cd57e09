#[oidc::required(not())]
async fn list() {}

fn main() {}
