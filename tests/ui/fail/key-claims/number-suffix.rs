#[oidc::required(claims(level = 3u8))]
async fn list() {}

fn main() {}
