use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required(scopes = "read")]
    #[oidc::required(roles = "editor")]
    async fn list_notes() {}
}

fn main() {
    let _ = Notes::tools();
}
