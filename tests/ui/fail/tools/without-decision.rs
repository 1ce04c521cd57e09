use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    async fn list_notes() {}

    #[tool]
    #[oidc::required]
    async fn delete_note() {}
}

fn main() {
    let _ = Notes::tools();
}
