use tracing::instrument as tool;

struct Notes;

#[oidc::tools]
impl Notes {
    #[tool]
    #[oidc::required]
    async fn r#type() {}
}

fn main() {
    let _ = Notes::tools();
}
