//! One application, written for each framework.

use oidc::Oidc;

use crate::handlers::{Admin, create, health, list, me, named, search};

pub(crate) fn client() -> Oidc {
    let builder = Oidc::builder().client_id("app");
    let builder = builder.discovery_url("https://login.example.org");
    builder.build().expect("the configuration is sound")
}

pub(crate) fn axum(oidc: &Oidc) -> oidc::axum::Router<Oidc> {
    use oidc::axum::{Router, any, get};
    let files = axum::Router::new().route("/page", axum::routing::get(async || "page"));
    let admin = Router::new()
        .route("/", get(me))
        .route("/orders/{id}", get(list).delete(named))
        .nest_service_unguarded("/docs", files, "only below the layer")
        .protect(oidc.layer(Admin));
    Router::new()
        .nest("/admin", admin)
        .route("/orders", get(list).post(create))
        .route("/search", any(search))
        .route("/health", get(health))
        .merge(oidc::routes!(prefix = "/api", device = None))
        .fallback(health)
}

pub(crate) fn actix(oidc: &Oidc) -> oidc::actix::Scope {
    use oidc::actix::{any, delete, get, resource, scope};
    let files = actix_web::web::resource("/page").to(async || "page");
    let admin = scope("/admin")
        .protect(oidc.layer(Admin))
        .route("", get().to(me))
        .route("/orders/{id}", get().to(list))
        .route("/orders/{id}", delete().to(named))
        .service_unguarded("/docs", files, "only below the layer");
    scope("")
        .service(admin)
        .service(resource("/orders").get(list).post(create))
        .route("/search", any().to(search))
        .route("/health", get().to(health))
        .service(oidc::routes!(prefix = "/api", device = None))
        .default_service(any().to(health))
}
