use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required(policy = Notes)]
    async fn list_notes() {}
}

fn main() {
    let _ = Notes::tools();
}
