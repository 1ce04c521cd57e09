//! A named policy adds nothing beside the function, so it works in `impl` blocks and traits.

use actix_web::web;
use oidc::{Principal, Oidc};

#[oidc::policy(scopes = "orders:read", not(claims(groups = "banned")))]
pub struct Reader;

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
}

trait Resource {
    #[oidc::required(policy = Reader)]
    fn show() -> impl Future<Output = String> + Send;
}

impl Resource for Orders {
    #[oidc::required(policy = Reader)]
    async fn show() -> String {
        String::new()
    }
}

fn main() {
    let _: axum::Router<Oidc> = axum::Router::new()
        .route("/", axum::routing::get(Orders::home))
        .route("/orders", axum::routing::get(Orders::list));
    let _ = actix_web::App::new()
        .route("/", web::get().to(Orders::home))
        .route("/orders", web::get().to(Orders::list))
        .route("/order", web::get().to(Orders::show));
}
