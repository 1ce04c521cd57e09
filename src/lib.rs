#![cfg_attr(docsrs, feature(doc_cfg))]
#![doc = include_str!("../README.md")]

pub mod guide;

pub use oidc_macros::{optional, policy, public, required};
/// What py-oidc-auth calls a [`Principal`], although it stands for an access token.
pub type IdToken = Principal;
pub use oidc_runtime::access;
#[cfg(feature = "utoipa")]
#[cfg_attr(docsrs, doc(cfg(feature = "utoipa")))]
pub use oidc_runtime::openapi;
pub use oidc_runtime::policy::{OAuthScope, Policy, PolicySpec};
pub use oidc_runtime::{
    Algorithm, BearerToken, Claims, Clock, ConfigError, ErrorResponse, Guard, GuardLayer, Health,
    Oidc, OidcBuilder, Principal, ProviderError, Rejection, RequestParts, Routes, UnknownAlgorithm,
};

/// The sign-in endpoints as one value: [`Routes`], which an axum `Router` merges or nests and an
/// actix-web `App` or `Scope` takes as a service.
///
/// | key | default | endpoint |
/// |---|---|---|
/// | `prefix` | none | goes in front of every path |
/// | `login` | `"/auth/v2/login"` | `GET`: sends the browser to the provider |
/// | `callback` | `"/auth/v2/callback"` | `GET`: where it comes back to; answers with the tokens |
/// | `token` | `"/auth/v2/token"` | `POST`: a code, refresh token or device code for tokens |
/// | `device` | `"/auth/v2/device"` | `POST`: begins a sign-in on a device without a browser |
/// | `logout` | `"/auth/v2/logout"` | `GET`: signs out at the provider |
/// | `userinfo` | `"/auth/v2/userinfo"` | `GET`: who the bearer of a token is |
///
/// `None` switches an endpoint off: `device = None`. Paths are literal. Routes of your own stand
/// beside them in the ordinary way.
///
/// # Signing in
///
/// `login` takes these parameters:
///
/// | parameter | meaning |
/// |---|---|
/// | `redirect_uri` | where the browser returns to with a code: the callback, a loopback address, or a configured one; required |
/// | `scope` | replaces the configured scopes, unless it is blank |
/// | `offline_access` | a boolean: whether to ask for a refresh token |
/// | `prompt` | `login`, `consent` or `select_account`; `none` counts as left out |
/// | `code_challenge`, `code_challenge_method` | of a client that keeps its own verifier (RFC 7636); the method is `S256` |
///
/// Many providers issue a refresh token only if the user consents in this very sign-in (OpenID
/// Connect Core §11): send `prompt=consent` with `offline_access=true`. The log says so at INFO
/// when a sign-in that asked for a refresh token came back without one.
///
/// At the callback the sign-in ends by itself. Elsewhere the page or native application posts
/// `code`, `redirect_uri` and `code_verifier` to `token`. As `code_verifier` it sends the `state`
/// that came with the code and holds the verifier, sealed. A client that sent a `code_challenge`
/// sends its own verifier, and should send the `state` as `state`: then it is also checked that
/// the sign-in began here and was not finished before.
///
/// A sign-in that returns to the application itself, to its callback or to one of its pages, can
/// only be finished by the browser that began it; see [`OidcBuilder::public_url`].
///
/// # axum
///
/// The state of the router has to hold an [`Oidc`] (`Oidc: FromRef<S>`); without it the
/// application does not compile.
///
/// ```
/// use axum::{Router, routing::get};
/// use oidc::Oidc;
///
/// fn app(oidc: Oidc) -> Router {
///     Router::new()
///         .route("/", get(async || "hello"))
///         .merge(oidc::routes!(prefix = "/api", device = None))
///         .nest("/second", oidc::routes!().into())
///         .with_state(oidc)
/// }
/// ```
///
/// # actix-web
///
/// The application's data has to hold an [`Oidc`]; without it the endpoints answer 500 and the
/// log says what is missing.
///
/// ```
/// use actix_web::{App, web};
/// use oidc::Oidc;
///
/// fn configure(config: &mut web::ServiceConfig, oidc: Oidc) {
///     config
///         .app_data(oidc)
///         .route("/", web::get().to(async || "hello"))
///         .service(oidc::routes!(prefix = "/api", device = None))
///         .service(web::scope("/second").service(oidc::routes!()));
/// }
/// # let _ = App::new().configure(|config| {
/// #     let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org");
/// #     configure(config, oidc.build().unwrap());
/// # });
/// ```
#[macro_export]
macro_rules! routes {
    ($($key_values:tt)*) => {
        $crate::__private::routes! { $crate $($key_values)* }
    };
}

/// A registry of scopes: each is written once, and the compiler knows the others.
///
/// The macro defines a module with a constant of type [`OAuthScope`] for every scope. The attributes
/// take the constants beside strings, and `registry = path` has them look strings up in a
/// registry, where a scope that is not registered is a mistake:
///
/// ```
/// oidc::scopes! {
///     pub mod scope {
///         /// May read orders.
///         READ = "orders:read",
///         /// May write orders.
///         WRITE = "orders:write" implies READ,
///         AUDIT = "audit",
///         ADMIN = "admin" implies [WRITE, AUDIT],
///     }
/// }
///
/// #[oidc::required(scopes(scope::READ))]
/// async fn list() -> &'static str {
///     "the orders"
/// }
///
/// #[oidc::required(any(scopes(scope::WRITE, "openid"), scopes = scope::AUDIT))]
/// async fn show() -> &'static str {
///     "the order"
/// }
///
/// #[oidc::required(scopes = "orders:read audit", registry = scope)]
/// async fn log() -> &'static str {
///     "who read them"
/// }
///
/// # fn main() {
/// assert_eq!(scope::READ.name(), "orders:read");
/// assert_eq!(scope::READ.implied_by(), ["orders:write", "admin"]);
/// # }
/// ```
///
/// A token that was granted a scope has all scopes that it `implies`, directly or by way of
/// others: above, `orders:write` and `admin` pass where `orders:read` is needed. A refusal asks
/// for the scope that was needed. This holds for constants and for strings that are looked up; a
/// string without `registry` stands for itself alone. Rules that are printed or written to
/// `policy.lock` spell the alternatives out, so that a registry that lets more tokens in shows up
/// there.
///
/// Constants work in other crates too; `registry = ..` names a registry of the same crate. A
/// single scope cannot depend on `#[cfg(..)]`, because others may imply it; the module can.
#[macro_export]
macro_rules! scopes {
    ($($registry:tt)*) => {
        $crate::__private::scopes! { $crate $($registry)* }
    };
}

/// Deny by default on axum: a [`Router`](axum::Router) that takes guarded handlers only, and lists
/// the access policy of every route.
///
/// It mirrors axum's own: `get`, `post` and so on, `route`, `nest`, `merge`, `layer`, `fallback`,
/// `with_state`. `axum::serve` takes it as it is, and `axum::Router::from(router)` turns it into
/// axum's own. Plain axum routers work as well, without the list.
///
/// [`protect`](axum::Router::protect) guards everything in a router, whenever it was added, unknown
/// paths included; the guard is not accepted as an ordinary layer. CORS goes outside: add a CORS
/// layer after `protect`, or preflight requests are rejected and rejections lack CORS headers.
///
/// A nested router that has a fallback or a guard responds to unknown paths below it; any other
/// one leaves them to the router around it. Once it is turned into axum's own router, axum's rules
/// apply: nested in another one, it responds to unknown paths only if it has a fallback.
///
/// ```
/// use oidc::axum::{Router, get, post};
/// use oidc::{Principal, Oidc};
///
/// #[oidc::required(scopes = "orders:read")]
/// async fn list(user: Principal) -> String {
///     format!("the orders of {}", user.subject())
/// }
///
/// #[oidc::required(scopes = "orders:write")]
/// async fn create(body: String) -> String {
///     body
/// }
///
/// #[oidc::public(reason = "load balancer")]
/// async fn health() -> &'static str {
///     "ok"
/// }
///
/// #[oidc::policy(roles = "staff")]
/// struct Staff;
///
/// fn app(oidc: &Oidc) -> Router<Oidc> {
///     let orders = Router::new()
///         .route("/orders", get(list).post(create))
///         .protect(oidc.layer(Staff));
///     Router::new()
///         .nest("/api", orders)
///         .route("/health", get(health))
///         .merge(oidc::routes!())
/// }
///
/// # fn main() -> Result<(), oidc::ConfigError> {
/// # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org").build()?;
/// println!("{}", app(&oidc).access());
/// let app: axum::Router = app(&oidc).with_state(oidc).into();
/// # Ok(())
/// # }
/// ```
///
/// Without one of the attributes it does not compile:
///
/// ```compile_fail,E0277
/// use oidc::axum::{Router, get};
///
/// async fn list() {}
///
/// let app: Router<oidc::Oidc> = Router::new().route("/orders", get(list));
/// ```
#[cfg(feature = "axum")]
#[cfg_attr(docsrs, doc(cfg(feature = "axum")))]
pub mod axum {
    pub use oidc_runtime::axum::{
        Axum, GuardService, IntoRouter, MethodRouter, ResponseFuture, Router, any, connect, delete,
        get, head, on, options, patch, post, put, trace,
    };
}

/// Deny by default on actix-web: a [`Scope`](actix::Scope) that takes guarded handlers only, and
/// lists the access policy of every route.
///
/// It mirrors actix-web's own `web` module: `scope`, `resource`, and `get().to(handler)`. Plain
/// scopes work as well, without the list. Handlers are registered by path here, not by actix-web's
/// `#[get("..")]`, which hides the handler and its policy.
///
/// [`protect`](actix::Scope::protect) guards everything in a scope, whenever it was added, unknown
/// paths included; the guard is not accepted as an ordinary middleware. CORS goes outside: wrap the
/// CORS middleware after `protect`, or preflight requests are rejected and rejections lack CORS
/// headers.
///
/// A scope responds to every unknown path below it, by its default service or with 404: on
/// actix-web, the default service of the scope around it does not apply.
///
/// ```
/// use actix_web::App;
/// use oidc::actix::{Scope, get, resource, scope};
/// use oidc::{Principal, Oidc};
///
/// #[oidc::required(scopes = "orders:read")]
/// async fn list(user: Principal) -> String {
///     format!("the orders of {}", user.subject())
/// }
///
/// #[oidc::required(scopes = "orders:write")]
/// async fn create(body: String) -> String {
///     body
/// }
///
/// #[oidc::public(reason = "load balancer")]
/// async fn health() -> &'static str {
///     "ok"
/// }
///
/// #[oidc::policy(roles = "staff")]
/// struct Staff;
///
/// fn api(oidc: &Oidc) -> Scope {
///     let orders = resource("/orders").get(list).post(create);
///     scope("/api")
///         .service(orders.protect(oidc.layer(Staff)))
///         .service(oidc::routes!())
///         .route("/health", get().to(health))
/// }
///
/// # fn main() -> Result<(), oidc::ConfigError> {
/// # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org").build()?;
/// println!("{}", api(&oidc).access());
/// let app = App::new().app_data(oidc.clone()).service(api(&oidc));
/// # Ok(())
/// # }
/// ```
///
/// Without one of the attributes it does not compile:
///
/// ```compile_fail,E0277
/// use oidc::actix::{get, scope};
///
/// async fn list() -> &'static str {
///     ""
/// }
///
/// let api = scope("/api").route("/orders", get().to(list));
/// ```
#[cfg(feature = "actix-web")]
#[cfg_attr(docsrs, doc(cfg(feature = "actix-web")))]
pub mod actix {
    pub use oidc_runtime::GuardFuture;
    pub use oidc_runtime::actix::{
        Actix, Extraction, GuardMiddleware, GuardedService, PendingRoute, Resource, Route, Scope,
        any, delete, get, head, patch, post, put, resource, scope, trace,
    };
}

/// What generated code may name. No part of the public interface: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use oidc_macros::{
        __routes as routes, __scopes as scopes, __unregistered_scope as unregistered_scope,
    };
    pub use oidc_runtime::policy::{
        AccessMode, CheckFn, Inline, InlinePolicy, OAuthScope, OnInvalidToken, Optional,
        OptionalRejecting, Policy, PolicySpec, Rule, Scalar, Unsatisfiable,
    };
    pub use oidc_runtime::{Guard, RoutePaths, Routes};
}
