#[oidc::required(claims(groups = "admin"), claims(email_verified = true))]
async fn list() {}

fn main() {}
