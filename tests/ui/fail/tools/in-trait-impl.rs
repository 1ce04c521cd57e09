use tracing::instrument as tool;

struct Notes;

trait Server {
    fn list_notes();
}

#[oidc::tools]
impl Server for Notes {
    #[tool]
    #[oidc::required]
    fn list_notes() {}
}

fn main() {
    Notes::list_notes();
}
