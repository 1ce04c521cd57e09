//! Describes access in an OpenAPI document, from the access matrix.

mod alternatives;
mod operations;
mod schemes;

use utoipa::openapi::OpenApi;

use self::operations::describe_all;
pub use self::schemes::{COOKIE_SCHEME, SCHEME};
use self::schemes::{Scheme, define, schemes_of};
use crate::access::AccessMatrix;
use crate::client::Oidc;
#[cfg(feature = "sessions")]
use crate::token::Via;

/// Adds to each operation of the document what its route demands (OpenAPI 3.1.0
/// §4.8.30).
///
/// - The scheme [`SCHEME`] (`openIdConnect`) is added to the components.
/// - The operation of a route that demands a token gets the scheme as its `security`, with the
///   scopes that the rule requires; alternatives (`any(..)`) become alternative requirements. It
///   also gets the responses 401, and 403 if there is a rule, unless it describes them itself.
/// - The operation of an optional route may be called with or without the scheme, that of a public
///   route without it, whatever the document requires by default.
/// - An operation that nobody can call lists the scheme without scopes, since an empty list would make
///   it public.
///
/// It knows the client's own provider only; where several issuers are trusted, use
/// [`secure_for_client`].
///
/// Returns the operations without a route in the matrix, such as `GET /old`, which are left
/// unchanged. The paths of the document have to include the prefix under which its routes are
/// nested.
///
/// # Examples
/// ```
/// use oidc::access::AccessMatrix;
/// use utoipa::openapi::OpenApi;
///
/// # let mut document = OpenApi::default();
/// # let matrix = AccessMatrix::default();
/// let discovery_url = "https://login.example.org/.well-known/openid-configuration";
/// let unknown = oidc::openapi::secure(&mut document, &matrix, discovery_url);
/// assert!(unknown.is_empty(), "no route serves {unknown:?}");
/// ```
#[must_use = "operations without a route in the matrix are left without a security requirement"]
pub fn secure(document: &mut OpenApi, matrix: &AccessMatrix, discovery_url: &str) -> Vec<String> {
    add(document, matrix, &[Scheme::own(discovery_url, None)])
}

/// The same as [`secure`] for an application with browser sessions: each operation also gets, as an
/// alternative, the scheme [`COOKIE_SCHEME`] (`apiKey` in a cookie), unless its rule demands
/// `via = "bearer"`, and only this one if its rule demands `via = "session"`. `cookie` is
/// [`Oidc::session_cookie`](crate::Oidc::session_cookie).
///
/// ```
/// # use oidc::access::AccessMatrix;
/// # use oidc::{Oidc, Sessions};
/// # use utoipa::openapi::OpenApi;
/// # fn describe(oidc: &Oidc, matrix: &AccessMatrix, mut document: OpenApi) {
/// let discovery_url = "https://login.example.org/.well-known/openid-configuration";
/// let cookie = oidc.session_cookie().expect("sessions are switched on");
/// let unknown =
///     oidc::openapi::secure_with_sessions(&mut document, matrix, discovery_url, cookie);
/// assert!(unknown.is_empty(), "no route serves {unknown:?}");
/// # }
/// ```
#[cfg(feature = "sessions")]
#[must_use = "operations without a route in the matrix are left without a security requirement"]
pub fn secure_with_sessions(
    document: &mut OpenApi,
    matrix: &AccessMatrix,
    discovery_url: &str,
    cookie: &str,
) -> Vec<String> {
    let bearer = Scheme::own(discovery_url, Some(Via::Bearer));
    add(document, matrix, &[bearer, Scheme::cookie(cookie)])
}

/// The same as [`secure`] for all that this client accepts: access tokens of each of its
/// [issuers](crate::OidcBuilder::trust), and the cookie of its sessions.
///
/// - The scheme of the own provider is [`SCHEME`], that of another issuer `oidc_` and its name, such as
///   `oidc_partner` (`oidc.session` for an issuer called `session`).
/// - An operation lists the scheme of each issuer that its rule may let in, with the scopes of the
///   alternatives that do. Of `any(roles = "admin", all(issuer = "partner", scopes = "prices:read"))`
///   that is `oidc` without scopes, and `oidc_partner` with `prices:read`.
/// - At a client [for tenants](crate::Oidc::for_tenants), the issuer of each tenant counts as let in.
///
/// The client may be a dummy with the same issuers, because this does no I/O.
///
/// ```
/// use oidc::openapi::secure_for_client;
/// use oidc::{Issuer, Oidc, axum};
/// use utoipa::OpenApi as _;
///
/// #[utoipa::path(get, path = "/orders", responses((status = 200)))]
/// #[oidc::required(issuer("own", "partner"), scopes = "orders:read")]
/// async fn orders() {}
///
/// #[derive(utoipa::OpenApi)]
/// #[openapi(paths(orders))]
/// struct Document;
///
/// # fn main() -> Result<(), oidc::ConfigError> {
/// let oidc = Oidc::builder()
///     .client_id("shop")
///     .discovery_url("https://login.example.org")
///     .trust("partner", Issuer::at("https://id.partner.example").audience("shop-api"))
///     .build()?;
/// let router: axum::Router<Oidc> = axum::Router::new().route("/orders", axum::get(orders));
/// let matrix = router.access().for_client(&oidc);
///
/// let mut document = Document::openapi();
/// let unknown = secure_for_client(&mut document, &matrix, &oidc);
/// assert!(unknown.is_empty(), "no route serves {unknown:?}");
/// let schemes = document.components.unwrap().security_schemes;
/// assert!(schemes.contains_key("oidc") && schemes.contains_key("oidc_partner"));
/// # Ok(()) }
/// ```
#[must_use = "operations without a route in the matrix are left without a security requirement"]
pub fn secure_for_client(
    document: &mut OpenApi,
    matrix: &AccessMatrix,
    oidc: &Oidc,
) -> Vec<String> {
    add(document, matrix, &schemes_of(oidc))
}

fn add(document: &mut OpenApi, matrix: &AccessMatrix, schemes: &[Scheme]) -> Vec<String> {
    define(document, schemes);
    describe_all(document, matrix, schemes)
}
