use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required]
    async fn list_notes() {}

    #[oidc::required(scopes = "read")]
    async fn read() {}
}

fn main() {
    let _ = Notes::tools();
}
