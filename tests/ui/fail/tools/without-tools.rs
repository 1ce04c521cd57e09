struct Notes;

#[oidc::tools]
impl Notes {
    pub async fn list_notes() {}
}

fn main() {
    let _ = Notes::tools();
}
