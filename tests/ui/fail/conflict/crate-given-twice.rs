#[oidc::required(crate = ::oidc, crate = ::oidc)]
async fn list() {}

fn main() {}
