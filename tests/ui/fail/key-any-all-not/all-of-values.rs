#[oidc::required(all("read"))]
async fn list() {}

fn main() {}
