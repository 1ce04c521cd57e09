#[oidc::required(crate = self::auth)]
async fn list() {}

fn main() {}
