//! A named policy, or none, adds nothing beside the function, so it works in `impl` blocks and traits.

use actix_web::web;
use axum::Json;
use oidc::{Principal, Oidc};

#[oidc::policy(scopes = "orders:read", not(claims(groups = "banned")))]
pub struct Reader;

#[derive(serde::Serialize, serde::Deserialize)]
pub struct Orders;

impl Orders {
    #[oidc::required(policy = Reader)]
    async fn list(_user: Principal) -> &'static str {
        "list"
    }

    #[oidc::optional(policy = self::Reader, invalid = "reject")]
    pub async fn home(_user: Option<Principal>) -> &'static str {
        "home"
    }

    #[oidc::required(policy = Reader)]
    async fn replace(Json(orders): Json<Self>) -> Json<Self> {
        Json(orders)
    }

    #[oidc::required]
    async fn me(_user: Principal) -> &'static str {
        "me"
    }

    #[oidc::optional]
    async fn page(_user: Option<Principal>) -> &'static str {
        "page"
    }

    #[oidc::optional(invalid = "reject")]
    async fn strict_page(_user: Option<Principal>) -> &'static str {
        "page"
    }
}

trait Resource {
    #[oidc::required(policy = Reader)]
    fn show() -> impl Future<Output = String> + Send;

    #[oidc::required]
    fn touch() -> impl Future<Output = String> + Send;
}

impl Resource for Orders {
    #[oidc::required(policy = Reader)]
    async fn show() -> String {
        String::new()
    }

    #[oidc::required]
    async fn touch() -> String {
        String::new()
    }
}

fn main() {
    let _: axum::Router<Oidc> = axum::Router::new()
        .route("/", axum::routing::get(Orders::home))
        .route("/", axum::routing::put(Orders::replace))
        .route("/me", axum::routing::get(Orders::me))
        .route("/page", axum::routing::get(Orders::page))
        .route("/strict", axum::routing::get(Orders::strict_page))
        .route("/touch", axum::routing::get(Orders::touch))
        .route("/orders", axum::routing::get(Orders::list));
    let _ = actix_web::App::new()
        .route("/", web::get().to(Orders::home))
        .route("/me", web::get().to(Orders::me))
        .route("/touch", web::get().to(Orders::touch))
        .route("/orders", web::get().to(Orders::list))
        .route("/order", web::get().to(Orders::show));
}
