use oidc::actix::{get, scope};

async fn list() -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").route("/orders", get().to(list));
}
