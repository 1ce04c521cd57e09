#[oidc::required(issuer = "https://id.partner.example")]
async fn list() {}

fn main() {}
