use oidc::actix::{any, scope};

async fn not_found() -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").default_service(any().to(not_found));
}
