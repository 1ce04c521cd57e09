#[oidc::required(via = "bearer", via = "session")]
async fn list() {}

fn main() {}
