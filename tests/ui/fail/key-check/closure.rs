#[oidc::required(check = |_user| true)]
async fn list() {}

fn main() {}
