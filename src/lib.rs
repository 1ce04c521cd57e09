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
/// | `login` | `"/auth/v2/login"` | `GET`, with `?redirect_uri=..`: redirects the browser to the provider |
/// | `callback` | `"/auth/v2/callback"` | `GET`: receives the code from the provider and responds with the tokens as JSON: for scripts, not for people |
/// | `token` | `"/auth/v2/token"` | `POST`: exchanges a code, a refresh token or a device code for tokens |
/// | `device` | `"/auth/v2/device"` | `POST`: begins a sign-in on a device without a browser |
/// | `logout` | `"/auth/v2/logout"` | `GET`: signs out at the provider |
/// | `userinfo` | `"/auth/v2/userinfo"` | `GET`: the name and e-mail address of the user of a token |
///
/// `None` switches an endpoint off: `device = None`. Paths are literal. Your own routes are added
/// beside them as usual. The guide has a chapter on [signing in](crate::guide::sign_in).
///
/// # `login`
///
/// | query parameter | meaning |
/// |---|---|
/// | `redirect_uri` | required: where the browser returns to with a code. The application's own callback, a loopback address on any port, or one of [`OidcBuilder::allowed_redirect`]; any other gets 400 |
/// | `scope` | replaces the configured scopes, unless it is blank; `openid` is always added |
/// | `offline_access` | `true` or `false`: whether to request a refresh token |
/// | `prompt` | `login`, `consent` or `select_account`; `none` counts as absent |
/// | `code_challenge`, `code_challenge_method` | of a client that keeps its own verifier (RFC 7636); the method is `S256` |
///
/// Many providers issue a refresh token only if the user consents in this very sign-in (OpenID
/// Connect Core §11): send `prompt=consent` with `offline_access=true`. A sign-in that requested a
/// refresh token and did not receive one is logged at INFO.
///
/// A sign-in that returns to the application itself, to its callback or to one of its pages, can
/// only be finished by the browser that began it; see [`OidcBuilder::public_url`].
///
/// # `callback` and `token`
///
/// The callback exchanges the code itself. Its response is JSON, which suits scripts; a page for
/// people is its own `redirect_uri`, receives the code and posts it to `token`.
///
/// `token` takes a form, urlencoded or multipart, with the fields of one row; `grant_type` may be
/// left out:
///
/// | fields | grant |
/// |---|---|
/// | `code`, `redirect_uri`, `code_verifier`, and optionally `state` | authorization code |
/// | `refresh_token` (or `refresh-token`) | refresh |
/// | `device_code` (or `device-code`) | device |
///
/// The `code_verifier` is the `state` that came with the code, which contains the sealed verifier. A
/// client that sent a `code_challenge` sends its own verifier instead, and should send the `state`
/// as `state`: only then is it checked that the sign-in began here and was not finished before.
///
/// # `logout`
///
/// Redirects the browser to the provider with the query parameters `id_token_hint`, `state` and
/// `post_logout_redirect_uri`. The last is a path, `/bye`, or an address of `allowed_redirect`. A
/// path becomes an address below [`OidcBuilder::public_url`]; without a public URL it is not passed
/// to the provider, which then decides where the browser ends up. A provider without an
/// end-session endpoint is left out: the browser is redirected to the path or address at once.
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

/// A registry of scopes: each is written once, and a misspelled one does not compile.
///
/// The macro defines a module with a constant of type [`OAuthScope`] for every scope. The attributes
/// accept constants as well as strings. With `registry = path` strings are looked up in the
/// registry, and one that is not registered does not compile:
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
/// A token that was granted a scope has all scopes that it `implies`, directly or through others:
/// above, `orders:write` and `admin` pass where `orders:read` is needed. The challenge of a rejected
/// request names the scope that was needed. This holds for constants and for strings that are
/// looked up; a string without `registry` means that one scope only. Rules that are printed or
/// written to `policy.lock` list the alternatives, so that a registry that admits more tokens shows
/// up there.
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
        AccessMode, Authenticated, CheckFn, Inline, InlinePolicy, OAuthScope, OnInvalidToken,
        Optional, OptionalRejecting, Policy, PolicySpec, Rule, Scalar, Unsatisfiable,
    };
    pub use oidc_runtime::{Guard, RoutePaths, Routes};
}
