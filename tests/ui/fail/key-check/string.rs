#[oidc::required(check = "office_hours")]
async fn list() {}

fn main() {}
