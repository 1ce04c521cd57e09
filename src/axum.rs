//! Deny by default on axum: a [`Router`] that takes guarded handlers only, and lists
//! the access policy of every route.
//!
//! It mirrors axum's own: `get`, `post` and so on, `route`, `nest`, `merge`, `layer`, `fallback`,
//! `with_state`. `axum::serve` takes it as it is, and `axum::Router::from(router)` turns it into
//! axum's own. Plain axum routers work as well, without the list.
//!
//! [`protect`](Router::protect) guards everything in a router, whenever it was added, unknown
//! paths included; the guard is not accepted as an ordinary layer. CORS goes outside: add a CORS
//! layer after `protect`, or preflight requests are rejected and rejections lack CORS headers.
//!
//! A nested router that has a fallback or a guard responds to unknown paths below it; any other
//! one leaves them to the router around it. Once it is turned into axum's own router, axum's rules
//! apply: nested in another one, it responds to unknown paths only if it, or a
//! router nested in it, has a fallback or a guard.
//!
//! ```
//! use oidc::axum::{Router, get, post};
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
//! fn app(oidc: &Oidc) -> Router<Oidc> {
//!     let orders = Router::new()
//!         .route("/orders", get(list).post(create))
//!         .protect(oidc.layer(Staff));
//!     Router::new()
//!         .nest("/api", orders)
//!         .route("/health", get(health))
//!         .merge(oidc::routes!())
//! }
//!
//! # fn main() -> Result<(), oidc::ConfigError> {
//! # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org").build()?;
//! println!("{}", app(&oidc).access());
//! let app: axum::Router = app(&oidc).with_state(oidc).into();
//! # Ok(())
//! # }
//! ```
//!
//! Without one of the attributes it does not compile:
//!
//! ```compile_fail,E0277
//! use oidc::axum::{Router, get};
//!
//! async fn list() {}
//!
//! let app: Router<oidc::Oidc> = Router::new().route("/orders", get(list));
//! ```

pub use oidc_runtime::axum::{
    Axum, GuardService, IntoRouter, McpService, MethodRouter, ResponseFuture, Router, any, connect,
    delete, get, head, on, options, patch, post, put, trace,
};
#[cfg(feature = "sessions")]
#[cfg_attr(docsrs, doc(cfg(feature = "sessions")))]
pub use oidc_runtime::axum::{SessionFuture, SessionService};
