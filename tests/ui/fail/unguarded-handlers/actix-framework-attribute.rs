use actix_web::get;
use oidc::actix::scope;

#[get("/orders")]
#[oidc::required]
async fn list() -> &'static str {
    ""
}

fn main() {
    let _ = scope("/api").service(list);
}
