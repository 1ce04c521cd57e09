use actix_web::web;
use oidc::actix::scope;

fn main() {
    let _ = scope("/api").service(web::resource("/orders"));
}
