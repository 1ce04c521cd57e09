//! The order of attributes with those of actix-web.

use actix_web::{App, Responder, get, post, web};
use oidc::Principal;

#[oidc::required(scopes = "read")]
#[get("/orders/{id}")]
async fn ours_first(id: web::Path<u32>, _user: Principal) -> impl Responder {
    id.to_string()
}

#[post("/orders")]
#[oidc::required(scopes = "write")]
async fn ours_last(order: String) -> impl Responder {
    order
}

#[oidc::optional]
#[tracing::instrument(skip_all)]
#[get("/")]
async fn with_tracing(user: Option<Principal>) -> String {
    user.is_some().to_string()
}

#[utoipa::path(get, path = "/healthz", responses((status = 200)))]
#[oidc::public(reason = "health check")]
#[get("/healthz")]
async fn with_utoipa() -> &'static str {
    "ok"
}

fn main() {
    let _ = App::new()
        .service(ours_first)
        .service(ours_last)
        .service(with_tracing)
        .service(with_utoipa);
}
