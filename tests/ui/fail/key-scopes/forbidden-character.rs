#[oidc::required(scopes = "re\"ad")]
async fn list() {}

fn main() {}
