use tracing::instrument as tool;

struct Notes;

impl Notes {
    #[tool(skip_all)]
    #[oidc::required(scopes = "read")]
    async fn list_notes(&self) {}
}

fn main() {
    let _ = Notes.list_notes();
}
