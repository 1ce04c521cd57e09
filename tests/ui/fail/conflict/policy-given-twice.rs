#[oidc::required(policy = Reader, policy = Writer)]
async fn list() {}

fn main() {}
