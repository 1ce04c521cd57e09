#[oidc::required(session)]
async fn list() {}

fn main() {}
