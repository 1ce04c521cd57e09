#[oidc::required("read")]
async fn list() {}

fn main() {}
