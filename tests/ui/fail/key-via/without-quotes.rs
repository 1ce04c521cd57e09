#[oidc::required(via = session)]
async fn list() {}

fn main() {}
