use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required(scope = "read")]
    async fn list_notes() {}
}

fn main() {
    let _ = Notes::tools();
}
