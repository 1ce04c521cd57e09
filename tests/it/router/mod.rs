//! Applications built by `oidc::axum::Router` and `oidc::actix::Scope`: the access matrix and the
//! OpenAPI document made from it agree with the responses over HTTP.

mod document;
mod lock;
mod matrix;
mod methods;
mod protect;

use oidc::Oidc;
use oidc::access::AccessMatrix;
use oidc_devidp::TokenBuilder;
use serde_json::json;

use crate::support::bench::Bench;
use crate::support::servers::{App, Framework};

#[oidc::policy(roles = "admin")]
struct Admin;

#[oidc::required]
async fn me() -> &'static str {
    "inside"
}

#[oidc::required(scopes = "orders:read", claims(tenant = ["a", "b"]))]
async fn list() -> &'static str {
    "inside"
}

#[oidc::required(scopes = "orders:write")]
async fn create(_body: String) -> &'static str {
    "inside"
}

#[oidc::required(policy = Admin)]
async fn remove() -> &'static str {
    "inside"
}

#[oidc::optional]
async fn maybe() -> &'static str {
    "inside"
}

#[oidc::public(reason = "a test")]
async fn open() -> &'static str {
    "inside"
}

fn axum_app(oidc: &Oidc) -> oidc::axum::Router<Oidc> {
    use oidc::axum::{Router, any, get};
    let files = || axum::Router::new().route("/page", axum::routing::any(async || "inside"));
    let admin = Router::new()
        .route("/", get(me))
        .route("/maybe", any(maybe))
        .route("/open", get(open).protect(oidc.layer(Admin)))
        .nest_service_unguarded("/docs", files(), "below the layer")
        .fallback(open)
        .protect(oidc.layer(Admin));
    Router::new()
        .nest("/admin", admin)
        .route("/orders", get(list).post(create))
        .route("/orders/{id}", get(list).delete(remove))
        .route("/open", get(open))
        .route("/maybe", any(maybe))
        .nest_service_unguarded("/docs", files(), "documentation")
        .merge(oidc::routes!())
}

fn actix_app(oidc: &Oidc) -> oidc::actix::Scope {
    use oidc::actix::{any, delete, get, resource, scope};
    let files = || actix_web::web::resource("/page").to(async || "inside");
    let admin = scope("/admin")
        .route("", get().to(me))
        .protect(oidc.layer(Admin))
        .route("/maybe", any().to(maybe))
        .service(resource("/open").get(open).protect(oidc.layer(Admin)))
        .service_unguarded("/docs", files(), "below the layer")
        .default_service(any().to(open));
    scope("")
        .service(admin)
        .service(resource("/orders").get(list).post(create))
        .route("/orders/{id}", get().to(list))
        .route("/orders/{id}", delete().to(remove))
        .route("/open", get().to(open))
        .route(
            "/maybe",
            any()
                .to(maybe)
                .wrap(actix_web::middleware::NormalizePath::trim()),
        )
        .service_unguarded("/docs", files(), "documentation")
        .service(oidc::routes!())
}

const APP: App = App {
    axum: |oidc| axum_app(oidc).into(),
    actix: |oidc, config| {
        config.service(actix_app(oidc));
    },
};

fn access(framework: Framework, oidc: &Oidc) -> AccessMatrix {
    match framework {
        Framework::Axum => axum_app(oidc).access(),
        Framework::Actix => actix_app(oidc).access(),
    }
}

/// A token that satisfies every rule here apart from scopes; alice is an admin.
fn admin(bench: &Bench) -> TokenBuilder {
    bench.idp.token().claim("tenant", json!("a"))
}

/// A path that the pattern matches, and that a service below it serves.
fn path_of(pattern: &str) -> String {
    let pattern = pattern.replace("{id}", "7");
    for everything_below in ["{*rest}", "{rest}*", "{*fallback}", "{default}*"] {
        if let Some(prefix) = pattern.strip_suffix(everything_below) {
            return format!("{prefix}page");
        }
    }
    pattern
}
