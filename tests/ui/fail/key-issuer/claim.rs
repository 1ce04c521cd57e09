#[oidc::required(iss = "https://id.partner.example")]
async fn list() {}

fn main() {}
