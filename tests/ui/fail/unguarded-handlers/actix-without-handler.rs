use oidc::actix::{get, scope};

fn main() {
    let _ = scope("/api").route("/orders", get());
}
