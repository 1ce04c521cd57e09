struct Reader;

#[oidc::required(scopes = "read", policy = Reader)]
async fn list() {}

fn main() {}
