use tracing::instrument as tool;

struct Notes;

#[oidc::tools(scopes = "read")]
impl Notes {
    #[tool]
    #[oidc::required]
    async fn list_notes() {}
}

fn main() {
    let _ = Notes::tools();
}
