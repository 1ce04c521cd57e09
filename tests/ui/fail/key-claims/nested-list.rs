#[oidc::required(claims(groups = [["admin"]]))]
async fn list() {}

fn main() {}
