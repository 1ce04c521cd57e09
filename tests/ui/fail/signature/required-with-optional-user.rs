#[oidc::required]
async fn list(_user: Option<oidc::IdToken>) {}

fn main() {}
