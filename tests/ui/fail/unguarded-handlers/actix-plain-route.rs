use actix_web::web;
use oidc::actix::scope;

async fn list() -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").route("/orders", web::get().to(list));
}
