#[oidc::tools]
struct Notes;

fn main() {
    let _ = Notes;
}
