use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::public(reason = "nothing secret")]
    async fn list_notes() {}
}

fn main() {
    let _ = Notes::tools();
}
