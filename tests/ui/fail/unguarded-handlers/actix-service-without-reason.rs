use actix_web::web;
use oidc::actix::scope;

fn main() {
    let _ = scope("/api").service_unguarded("/docs", web::resource(""));
}
