#[oidc::required(scopes("lesen", "schließen"))]
async fn list() {}

fn main() {}
