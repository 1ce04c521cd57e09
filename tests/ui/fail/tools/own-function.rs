use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required]
    async fn list_notes() {}

    pub fn tools() {}
}

fn main() {
    let _ = Notes::tools();
}
