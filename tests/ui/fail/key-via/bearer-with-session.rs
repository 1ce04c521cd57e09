struct Session;

#[oidc::required(scopes = "read", all(via = "bearer", roles = "clerk"))]
async fn list(_name: String, _session: Session) {}

fn main() {}
