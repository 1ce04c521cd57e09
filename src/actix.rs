//! Deny by default on actix-web: a [`Scope`] that takes guarded handlers only, and
//! lists the access policy of every route.
//!
//! It mirrors actix-web's own `web` module: `scope`, `resource`, and `get().to(handler)`. Plain
//! scopes work as well, without the list. Handlers are registered by path here, not by actix-web's
//! `#[get("..")]`, which hides the handler and its policy.
//!
//! [`protect`](Scope::protect) guards everything in a scope, whenever it was added, unknown
//! paths included; the guard is not accepted as an ordinary middleware. CORS goes outside: wrap the
//! CORS middleware after `protect`, or preflight requests are rejected and rejections lack CORS
//! headers.
//!
//! A scope responds to every unknown path below it, by its default service or with 404: on
//! actix-web, the default service of the scope around it does not apply.
//!
//! ```
//! use actix_web::App;
//! use oidc::actix::{Scope, get, resource, scope};
//! use oidc::{Principal, Oidc};
//!
//! #[oidc::required(scopes = "orders:read")]
//! async fn list(user: Principal) -> String {
//!     format!("the orders of {}", user.subject())
//! }
//!
//! #[oidc::required(scopes = "orders:write")]
//! async fn create(body: String) -> String {
//!     body
//! }
//!
//! #[oidc::public(reason = "load balancer")]
//! async fn health() -> &'static str {
//!     "ok"
//! }
//!
//! #[oidc::policy(roles = "staff")]
//! struct Staff;
//!
//! fn api(oidc: &Oidc) -> Scope {
//!     let orders = resource("/orders").get(list).post(create);
//!     scope("/api")
//!         .service(orders.protect(oidc.layer(Staff)))
//!         .service(oidc::routes!())
//!         .route("/health", get().to(health))
//! }
//!
//! # fn main() -> Result<(), oidc::ConfigError> {
//! # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org").build()?;
//! println!("{}", api(&oidc).access());
//! let app = App::new().app_data(oidc.clone()).service(api(&oidc));
//! # Ok(())
//! # }
//! ```
//!
//! Without one of the attributes it does not compile:
//!
//! ```compile_fail,E0277
//! use oidc::actix::{get, scope};
//!
//! async fn list() -> &'static str {
//!     ""
//! }
//!
//! let api = scope("/api").route("/orders", get().to(list));
//! ```

pub use oidc_runtime::GuardFuture;
#[cfg(feature = "sessions")]
#[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
pub use oidc_runtime::actix::SessionMiddleware;
pub use oidc_runtime::actix::{
    Actix, AppFactory, Extraction, GuardMiddleware, GuardedService, McpMiddleware, PendingRoute,
    Resource, Route, Scope, any, delete, get, head, patch, post, put, resource, scope, trace,
};
