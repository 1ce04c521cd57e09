use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required]
    async fn list_notes() {}

    #[tool(name = "list_notes")]
    #[oidc::required]
    async fn list() {}
}

fn main() {
    let _ = Notes::tools();
}
