#[oidc::required]
async fn list(_user: Option<oidc::Principal>) {}

fn main() {}
