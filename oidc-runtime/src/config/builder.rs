//! The builder: from the application's settings to a validated configuration.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::{Checked, Config, ConfigError, Problems, RedirectRules, check_provider_url};
use crate::answer::{ErrorResponder, ErrorResponse};
use crate::clock::{Clock, SharedClock};
use crate::http::{Http, HttpSettings, parse_certificates};
use crate::jose::Algorithm;
use crate::policy::{Policy, PolicySpec};
use crate::request::RequestParts;
use crate::seal::Sealer;
use crate::secret::Secret;
use crate::token::{ClaimPath, RolePlaces};

const WELL_KNOWN: &str = "/.well-known/openid-configuration";
const MIN_STATE_KEY_BYTES: usize = 32;
/// The minimum number of different bytes in a key. Fewer than one in ten million keys of 32 random
/// hexadecimal digits have less.
const MIN_STATE_KEY_VARIETY: usize = 8;
/// The format version of the sealed state of a sign-in.
const STATE_VERSION: u8 = 2;
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The settings of an [`Oidc`](crate::Oidc). [`build`](Self::build) validates them and reports all
/// mistakes at once.
///
/// ```
/// # fn main() -> Result<(), oidc::ConfigError> {
/// let oidc = oidc::Oidc::builder()
///     .client_id("my-app")
///     .discovery_url("https://login.example.org/realms/main")
///     .audience("my-api")
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct OidcBuilder {
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<Secret>,
    pub(super) discovery_url: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) audiences: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) any_audience: bool,
    pub(super) accept_unmarked_tokens: bool,
    pub(super) authorized_parties: Option<Vec<String>>,
    pub(super) roles_from: Option<Vec<String>>,
    pub(super) scopes: Option<String>,
    pub(super) offline_access: Option<bool>,
    pub(super) refresh_token_lifetime: Option<Duration>,
    pub(super) return_id_token: Option<bool>,
    pub(super) algorithms: Option<Vec<Algorithm>>,
    pub(super) global_policies: Vec<&'static PolicySpec>,
    pub(super) allowed_redirects: Vec<String>,
    pub(super) loopback_redirects: Option<bool>,
    pub(super) public_url: Option<String>,
    pub(super) state_key: Option<Secret>,
    pub(super) realm: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) token_cache_bytes: Option<u64>,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) allow_http: bool,
    pub(super) clock: Option<SharedClock>,
    pub(super) error_responder: ErrorResponder,
    pub(super) problems: Problems,
}

impl OidcBuilder {
    /// The OAuth client identifier (RFC 6749 §2.2): printable ASCII. Required.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The secret of a confidential client, sent to the provider with HTTP Basic (RFC 6749 §2.3.1).
    /// Default: none, for a public client. It is needed for sign-in only, not to verify tokens.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_secret(std::env::var("CLIENT_SECRET")?)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret));
        self
    }

    /// The URL of the provider's discovery document (OpenID Connect Discovery §4), or the issuer, to
    /// which `/.well-known/openid-configuration` is appended. Required. It must start with
    /// `https://`, unless the provider runs on the loopback interface.
    pub fn discovery_url(mut self, url: impl Into<String>) -> Self {
        self.discovery_url = Some(url.into());
        self
    }

    /// The issuer that tokens and the discovery document must name, compared exactly (OpenID Connect
    /// Discovery §4.3). Default: the discovery URL without its well-known suffix.
    ///
    /// Set it if the provider is reached at another address than the one in its tokens, such as an
    /// internal one:
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://keycloak.internal/realms/main")
    ///     .issuer("https://login.example.org/realms/main")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// The URL of the provider's key set (RFC 7517 §5). Default: `jwks_uri` of the discovery document.
    ///
    /// With both this and [`issuer`](Self::issuer), tokens are verified even if the provider has no
    /// discovery document; sign-in still requires one.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// Accepts access tokens with this value in `aud` (RFC 9068 §4). Call it again to accept further
    /// audiences. Default: the client id.
    ///
    /// Prefer an audience of the API's own: ID tokens have the client id in `aud`, so an access token
    /// with that audience must be marked as one, see
    /// [`insecure_accept_unmarked_tokens`](Self::insecure_accept_unmarked_tokens).
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .audience("https://api.example.org")
    ///     .audience("https://old-api.example.org")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// The identifier of a resource, such as an API, for which access tokens are requested: an
    /// absolute URI without a fragment (RFC 8707 §2). Call it again to add another one. It is sent
    /// with every authorization and token request. Default: none; the provider then chooses the
    /// audience.
    ///
    /// The provider puts it, or a value that represents it, into `aud` of the access tokens, so set
    /// [`audience`](Self::audience) accordingly. Some providers issue tokens for one resource only.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .resource("https://api.example.org")
    ///     .audience("https://api.example.org")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn resource(mut self, uri: impl Into<String>) -> Self {
        self.resources.push(uri.into());
        self
    }

    /// Accepts access tokens for any audience of the provider. Default: not accepted.
    ///
    /// Any other application that a user signs in to can then act as them here. Every token must be
    /// marked as an access token, see
    /// [`insecure_accept_unmarked_tokens`](Self::insecure_accept_unmarked_tokens).
    pub fn insecure_accept_any_audience(mut self) -> Self {
        self.any_audience = true;
        self
    }

    /// Accepts access tokens that could be ID tokens. Default: not accepted.
    ///
    /// If `aud` of a token contains the client id, as in ID tokens, the token must be marked as an
    /// access token: by the `typ` `at+jwt` in its header (RFC 9068 §2.1), or by one of the claims
    /// `scope`, `scp`, `client_id`, `cid`, `appid`, `azpacr`, `token_use` (`access`) and `typ`
    /// (`Bearer`). With this setting no mark is required, so anyone who obtains an ID token that has
    /// neither `nonce` nor `at_hash` can use it as an access token. Prefer an
    /// [`audience`](Self::audience) of the API's own.
    pub fn insecure_accept_unmarked_tokens(mut self) -> Self {
        self.accept_unmarked_tokens = true;
        self
    }

    /// The client ids of the applications to which access tokens may have been issued: `azp` must be
    /// one of them, or if the token has no `azp`, the first of `client_id`, `cid` and `appid` that it
    /// has. A token with none of these claims is rejected. Default: any application.
    ///
    /// An audience names the recipient of a token, not the application that obtained it. Use this
    /// where many applications obtain tokens for one audience, such as Keycloak's `account`.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("orders")
    ///     .discovery_url("https://login.example.org/realms/main")
    ///     .audience("account")
    ///     .authorized_parties(["web-shop", "mobile-shop"])
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn authorized_parties<P: Into<String>>(
        mut self,
        parties: impl IntoIterator<Item = P>,
    ) -> Self {
        self.authorized_parties = Some(parties.into_iter().map(Into::into).collect());
        self
    }

    /// The claims for `roles = ".."` and [`Principal::roles`](crate::Principal::roles): strings or
    /// arrays of strings, each given by a path as in `claims(..)`. A dot descends into an object; a
    /// name with other characters than letters, digits, `_` and `-` is quoted.
    ///
    /// Default: `roles`, `groups`, and for Keycloak `realm_access.roles` and, of `resource_access`,
    /// the `roles` of this client and of the accepted audiences. Roles of other clients are not
    /// included, as their administrators grant them. Leave out `groups` if users can create groups.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("orders")
    ///     .discovery_url("https://login.example.org/realms/main")
    ///     .roles_from(["realm_access.roles", r#""https://example.org/roles""#])
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn roles_from<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.roles_from = Some(paths.into_iter().map(Into::into).collect());
        self
    }

    /// The scopes requested at sign-in, separated by spaces (RFC 6749 §3.3); `openid` is always added.
    /// Default: `profile email`.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .scopes("profile email orders:read")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn scopes(mut self, scopes: impl Into<String>) -> Self {
        self.scopes = Some(scopes.into());
        self
    }

    /// Whether the device flow requests a refresh token (`offline_access`, OpenID Connect Core §11).
    /// Default: `true`. For the `login` endpoint, its query parameter decides.
    pub fn offline_access(mut self, request: bool) -> Self {
        self.offline_access = Some(request);
        self
    }

    /// The assumed lifetime of refresh tokens if the provider does not state it, in whole seconds, at
    /// least 1. The token endpoint returns the resulting time as `refresh_expires`. Default: 30 days.
    ///
    /// It is a hint: clients sign in again after it, or earlier if a refresh fails.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .refresh_token_lifetime(std::time::Duration::from_secs(8 * 60 * 60))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.refresh_token_lifetime = Some(lifetime);
        self
    }

    /// Whether the callback and the token endpoint return the provider's ID token, if there is one,
    /// as `id_token`. Default: `false`.
    ///
    /// It serves as `id_token_hint` of the logout endpoint (OpenID Connect RP-Initiated Logout 1.0
    /// §2): without it, some providers ask users to confirm, and others reject the request. It is not
    /// an access token, and guards reject it.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .return_id_token(true)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn return_id_token(mut self, include: bool) -> Self {
        self.return_id_token = Some(include);
        self
    }

    /// Restricts the accepted signature algorithms (RFC 8725 §3.1). Default: all of
    /// [`Algorithm::ALL`], each only with a key of the provider that is intended for it.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .algorithms([oidc::Algorithm::Es256, oidc::Algorithm::EdDsa])
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Adds a global policy, which every token must satisfy before the rules of a route are
    /// evaluated. Call it again to add another one. Default: none.
    ///
    /// The argument is a value of a struct with `#[oidc::policy(..)]`.
    ///
    /// ```
    /// #[oidc::policy(claims(tenant = "acme"))]
    /// struct Tenant;
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .require(Tenant)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only selects its type"
    )]
    pub fn require<P: Policy>(mut self, policy: P) -> Self {
        let _ = policy;
        self.global_policies.push(const { &P::SPEC });
        self
    }

    /// An additional redirect URI for `login`, `token` and `logout`, compared exactly (RFC 9700 §2.1).
    /// Call it again to add another one. Default: none; the application's own callback and the
    /// loopback interface are accepted, see [`loopback_redirects`](Self::loopback_redirects).
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .allowed_redirect("https://app.example.org/signed-in")
    ///     .allowed_redirect("com.example.app:/callback")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn allowed_redirect(mut self, uri: impl Into<String>) -> Self {
        self.allowed_redirects.push(uri.into());
        self
    }

    /// Whether redirect URIs of native applications are accepted, which receive the code on a port of
    /// the loopback interface (RFC 8252 §7.3): `http://localhost`, `http://127.0.0.1` and
    /// `http://[::1]`, with any port and path, by `login`, `token` and `logout`. Default: `true`.
    ///
    /// With `false`, only the application's own callback below [`public_url`](Self::public_url) and
    /// those of [`allowed_redirect`](Self::allowed_redirect) are accepted:
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .public_url("https://shop.example.org")
    ///     .loopback_redirects(false)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn loopback_redirects(mut self, allow: bool) -> Self {
        self.loopback_redirects = Some(allow);
        self
    }

    /// The public base URL of the application, as browsers see it. Set it if the application runs
    /// behind a proxy.
    ///
    /// The callback below this URL is an accepted redirect URI. A sign-in that returns to the origin
    /// of this URL can be finished only by the browser that started it.
    ///
    /// Default: none. Then the origin is that of the request (its `Host`), and any redirect URI whose
    /// path ends with the callback's is treated as the callback.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .public_url("https://shop.example.org/app")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// The secret from which the key is derived that encrypts the state of sign-ins (AES-256-GCM): at
    /// least 32 random characters, such as the output of `openssl rand -base64 32`. All instances of
    /// an application need the same one. Default: a random key per process; a sign-in then cannot be
    /// finished by another instance or after a restart.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .state_key(std::env::var("STATE_KEY")?)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn state_key(mut self, key: impl Into<String>) -> Self {
        self.state_key = Some(Secret::new(key));
        self
    }

    /// The `realm` parameter of `WWW-Authenticate` (RFC 9110 §11.5): printable ASCII.
    /// Default: the client id.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .realm("orders")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// The time limit for a request to the provider, from connecting to the last byte. Must not be
    /// zero. Default: 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The time limit for connecting to the provider, within [`timeout`](Self::timeout).
    /// Default: 2 seconds.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .timeout(std::time::Duration::from_secs(5))
    ///     .connect_timeout(std::time::Duration::from_secs(1))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// The size of the cache of verified tokens in bytes. A cached token's signature is not checked
    /// again. 0 disables the cache. Default: 64 MiB; an entry takes the length of the token and about
    /// 400 bytes.
    ///
    /// With or without the cache, a token that the provider revokes remains valid until it expires,
    /// since its signature and times do not change.
    /// [`Oidc::evict_token`](crate::Oidc::evict_token) removes a token.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .token_cache_bytes(16 * 1024 * 1024)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn token_cache_bytes(mut self, bytes: u64) -> Self {
        self.token_cache_bytes = Some(bytes);
        self
    }

    /// PEM certificates of a private certificate authority for requests to the provider, in addition
    /// to those of the system. Call it again to add others. Default: none.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.internal")
    ///     .root_certificate(std::fs::read("/etc/ssl/company-ca.pem")?)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Allows plain HTTP to a provider outside the loopback interface. An on-path attacker can replace
    /// the keys, and with them forge any token. Default: not allowed.
    pub fn insecure_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// The clock against which the expiry of tokens, keys and sign-ins is checked.
    /// Default: the system's, with a precision of a few milliseconds.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .clock(std::time::SystemTime::now)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(SharedClock::new(clock));
        self
    }

    /// A function that sets the body and additional header fields of error responses, in place of the
    /// default JSON body. A second call replaces the function. Default: none.
    ///
    /// It is called after the decision, for every request that a guard, a layer or an extractor
    /// rejects and for every error of a sign-in endpoint. It cannot admit the request, and cannot
    /// change the status, `WWW-Authenticate` and some other fields, see [`ErrorResponse`]. It must
    /// not block. If it panics, the default body is sent.
    ///
    /// It is not called for a [`Rejection`](crate::Rejection) of a token that did not come in a
    /// request, nor for the status 500 with the code `misconfigured` of an actix-web application
    /// without `.app_data(oidc)`.
    ///
    /// On axum:
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use oidc::{ErrorResponse, Oidc, Principal, RequestParts};
    ///
    /// fn page(response: &mut ErrorResponse, request: &RequestParts<'_>) {
    ///     let accept = request.header("accept").unwrap_or_default();
    ///     if accept.starts_with(b"text/html") {
    ///         let title = if response.status() == 403 { "No access" } else { "Please sign in" };
    ///         response.set_body("text/html; charset=utf-8", format!("<!doctype html><p>{title}</p>"));
    ///         response.set_header("content-language", "en");
    ///     }
    /// }
    ///
    /// #[oidc::required(scopes = "orders:read")]
    /// async fn orders(user: Principal) -> String {
    ///     format!("the orders of {}", user.subject())
    /// }
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .error_response(page)
    ///     .build()?;
    /// let app: Router = Router::new()
    ///     .route("/orders", get(orders))
    ///     .merge(oidc::routes!())
    ///     .with_state(oidc);
    /// # Ok(()) }
    /// ```
    ///
    /// On actix-web:
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use oidc::{Oidc, Principal};
    /// use serde_json::json;
    ///
    /// #[oidc::required(scopes = "orders:read")]
    /// async fn orders(user: Principal) -> String {
    ///     format!("the orders of {}", user.subject())
    /// }
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .error_response(|response, request| {
    ///         let body = json!({ "message": response.description(), "path": request.path() });
    ///         response.set_json(&body);
    ///     })
    ///     .build()?;
    /// let app = App::new()
    ///     .app_data(oidc)
    ///     .route("/orders", web::get().to(orders))
    ///     .service(oidc::routes!());
    /// # Ok(()) }
    /// ```
    pub fn error_response(
        mut self,
        function: impl Fn(&mut ErrorResponse, &RequestParts<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.error_responder = ErrorResponder::new(function);
        self
    }

    /// Validates every field, so that all mistakes are reported at once.
    pub(crate) fn check(mut self) -> Result<Checked, ConfigError> {
        let client_id = self.checked_client_id();
        let discovery_url = self.checked_discovery_url();
        let jwks_uri = self.checked_url("jwks_uri", self.jwks_uri.clone());
        let public_url = self.checked_public_url();
        let redirects = self.checked_redirects();
        let scopes = self.checked_scopes();
        let algorithms = self.checked_algorithms();
        let roles_from = self.checked_roles_from();
        let http = self.checked_http();
        self.check_rest();
        let (Some(client_id), Some(discovery_url)) = (client_id, discovery_url) else {
            return Err(self.problems.into_error());
        };
        let client = client_and_provider(&client_id, &discovery_url, self.issuer.as_deref());
        let sealer = self.checked_sealer(&client);
        match (http, sealer) {
            (Some(http), Some(sealer)) if self.problems.is_empty() => {
                let config = Config {
                    role_places: Arc::new(
                        roles_from.unwrap_or_else(|| self.usual_role_places(&client_id)),
                    ),
                    audiences: self.accepted_audiences(&client_id),
                    accept_unmarked_tokens: self.accept_unmarked_tokens,
                    authorized_parties: self.authorized_parties,
                    realm: self.realm.unwrap_or_else(|| client_id.clone()),
                    client_id,
                    client_secret: self.client_secret,
                    discovery_url,
                    issuer: self.issuer,
                    jwks_uri,
                    resources: self.resources,
                    scopes,
                    offline_access: self.offline_access.unwrap_or(true),
                    refresh_token_lifetime: self.refresh_token_lifetime.unwrap_or(30 * DAY),
                    return_id_token: self.return_id_token.unwrap_or(false),
                    algorithms,
                    global_policies: self.global_policies,
                    redirects,
                    public_url,
                    timeout: self.timeout.unwrap_or(TIMEOUT),
                    token_cache_bytes: self.token_cache_bytes.unwrap_or(64 << 20),
                    allow_http: self.allow_http,
                    clock: self.clock.unwrap_or_default(),
                    error_responder: self.error_responder,
                };
                Ok(Checked {
                    config,
                    http,
                    sealer,
                })
            }
            _ => Err(self.problems.into_error()),
        }
    }

    fn checked_client_id(&mut self) -> Option<String> {
        let id = self.client_id.clone();
        match id.as_deref() {
            None => self.problems.add("client_id", "is missing"),
            Some("") => self.problems.add("client_id", "is empty"),
            // RFC 6749 appendix A.1.
            Some(id) if !id.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) => {
                self.problems.add(
                    "client_id",
                    "contains characters that RFC 6749 does not allow",
                );
            }
            Some(_) => return id,
        }
        None
    }

    fn checked_discovery_url(&mut self) -> Option<Url> {
        if self.discovery_url.is_none() && !self.problems.has("discovery_url") {
            self.problems.add("discovery_url", "is missing");
        }
        let mut url = self.checked_url("discovery_url", self.discovery_url.clone())?;
        if !url.path().ends_with(WELL_KNOWN) {
            // OpenID Connect Discovery §4: a terminating slash of the issuer is removed.
            let path = format!("{}{WELL_KNOWN}", url.path().trim_end_matches('/'));
            url.set_path(&path);
        }
        Some(url)
    }

    fn checked_url(&mut self, field: &'static str, text: Option<String>) -> Option<Url> {
        let url = self.problems.check(field, parse_url(&text?))?;
        match check_provider_url(&url, self.allow_http) {
            Ok(()) => Some(url),
            Err(problem) => {
                self.problems.add(field, problem);
                None
            }
        }
    }

    fn checked_public_url(&mut self) -> Option<Url> {
        let url = self
            .problems
            .check("public_url", parse_url(&self.public_url.clone()?))?;
        if matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
        {
            return Some(url);
        }
        self.problems.add(
            "public_url",
            "must be an http(s) URL without user name, password, query or fragment",
        );
        None
    }

    fn checked_redirects(&mut self) -> RedirectRules {
        for uri in &self.allowed_redirects {
            let usable = Url::parse(uri).is_ok_and(|url| {
                // RFC 3986 §2; other characters are not allowed in `Location`.
                uri.bytes().all(|byte| byte.is_ascii_graphic())
                    && url.fragment().is_none()
                    && !matches!(
                        url.scheme(),
                        "javascript" | "data" | "vbscript" | "file" | "blob"
                    )
            });
            if !usable {
                let message = format!(
                    "contains `{}`, which is not a valid redirect URI",
                    uri.escape_debug()
                );
                self.problems.add("allowed_redirects", message);
            }
        }
        let loopback = self.loopback_redirects.unwrap_or(true);
        RedirectRules::new(self.allowed_redirects.clone(), loopback)
    }

    fn checked_scopes(&mut self) -> String {
        let scopes = self.scopes.as_deref().unwrap_or("profile email");
        if !is_scope_list(scopes) {
            self.problems
                .add("scopes", "must consist of scope names separated by spaces");
        }
        with_openid(scopes)
    }

    fn checked_algorithms(&mut self) -> Vec<Algorithm> {
        match self.algorithms.take() {
            None => Algorithm::ALL.to_vec(),
            Some(algorithms) => {
                if algorithms.is_empty() && !self.problems.has("algorithms") {
                    self.problems
                        .add("algorithms", "is empty: no token would be accepted");
                }
                algorithms
            }
        }
    }

    fn checked_roles_from(&mut self) -> Option<RolePlaces> {
        let paths = self.roles_from.take()?;
        if paths.is_empty() {
            self.problems
                .add("roles_from", "is empty: no user would have a role");
        }
        let places = paths.iter().map(|path| {
            let place = path.parse::<ClaimPath>();
            place.map_err(|error| format!("contains `{}`, {error}", path.escape_debug()))
        });
        let places = self.problems.check("roles_from", places.collect());
        places.map(RolePlaces::new)
    }

    fn usual_role_places(&self, client_id: &str) -> RolePlaces {
        RolePlaces::usual(client_id, self.accepted_audiences(client_id).as_deref())
    }

    fn check_rest(&mut self) {
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            self.problems.add("timeout", "must be longer than 0");
        }
        if self
            .refresh_token_lifetime
            .is_some_and(|lifetime| lifetime.as_secs() == 0)
        {
            self.problems
                .add("refresh_token_lifetime", "must be at least 1 second");
        }
        if self.audiences.iter().any(String::is_empty) {
            self.problems.add("audience", "is empty");
        }
        match self.authorized_parties.as_deref() {
            Some([]) => self
                .problems
                .add("authorized_parties", "is empty: no token would be accepted"),
            Some(parties) if parties.iter().any(String::is_empty) => {
                self.problems
                    .add("authorized_parties", "contains an empty name");
            }
            _ => {}
        }
        if self.issuer.as_deref() == Some("") {
            self.problems.add("issuer", "is empty");
        }
        if self
            .client_secret
            .as_ref()
            .is_some_and(|secret| secret.expose().is_empty())
        {
            self.problems.add("client_secret", "is empty");
        }
        self.check_resources();
        self.check_state_key();
        let realm = self.realm.as_deref().unwrap_or_default();
        if !realm.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
            self.problems.add("realm", "must be printable ASCII");
        }
    }

    fn check_resources(&mut self) {
        for uri in &self.resources {
            let plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !uri.contains('#');
            if !plain || Url::parse(uri).is_err() {
                let message = format!(
                    "contains `{}`, which is not an absolute URI without a fragment",
                    uri.escape_debug()
                );
                self.problems.add("resource", message);
            }
        }
    }

    fn checked_http(&mut self) -> Option<Http> {
        let mut root_certificates = Vec::new();
        for pem in &self.root_certificates {
            let certificates = parse_certificates(pem);
            let certificates = self.problems.check("root_certificate", certificates);
            root_certificates.extend(certificates.into_iter().flatten());
        }
        let http = Http::new(&HttpSettings {
            timeout: self.timeout.unwrap_or(TIMEOUT),
            connect_timeout: self.connect_timeout.unwrap_or(CONNECT_TIMEOUT),
            root_certificates,
        });
        let http = http.map_err(|error| format!("could not be loaded: {error}"));
        self.problems.check("root_certificate", http)
    }

    fn checked_sealer(&mut self, client: &str) -> Option<Sealer> {
        let key = self.state_key.as_ref();
        let sealer = Sealer::new(key, "oidc-guard sign-in state of ", client, STATE_VERSION);
        let sealer = sealer.map_err(|_| "cannot be used to derive a key");
        self.problems.check("state_key", sealer)
    }

    fn check_state_key(&mut self) {
        let Some(key) = &self.state_key else { return };
        let bytes = key.expose().as_bytes();
        if bytes.len() < MIN_STATE_KEY_BYTES {
            self.problems
                .add("state_key", "must have at least 32 characters");
        } else if bytes.iter().collect::<HashSet<_>>().len() < MIN_STATE_KEY_VARIETY {
            self.problems.add(
                "state_key",
                "must be random, such as the output of `openssl rand -base64 32`",
            );
        }
    }

    fn accepted_audiences(&self, client_id: &str) -> Option<Vec<String>> {
        match self.audiences.as_slice() {
            _ if self.any_audience => None,
            [] => Some(vec![client_id.to_owned()]),
            audiences => Some(audiences.to_vec()),
        }
    }
}

/// Identifies this client of this provider. Only the last part could contain the separator.
fn client_and_provider(client_id: &str, discovery_url: &Url, issuer: Option<&str>) -> String {
    let issuer = issuer.unwrap_or_default();
    format!("{client_id}\0{discovery_url}\0{issuer}")
}

/// Parses a URL, with a hint for the most frequent mistake, a missing scheme.
fn parse_url(text: &str) -> Result<Url, String> {
    let is_bare_host = !text.is_empty() && !text.starts_with('/');
    Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase if is_bare_host => {
            format!("has no scheme: write `https://{}`", text.escape_debug())
        }
        error => format!("is not a valid URL: {error}"),
    })
}

/// Whether this is a list of scope tokens (RFC 6749 §3.3), possibly empty.
pub(crate) fn is_scope_list(scopes: &str) -> bool {
    scopes
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'!' | b'#'..=b'[' | b']'..=b'~'))
}

/// Puts `openid` first, which a sign-in requires (OpenID Connect Core §3.1.2.1).
pub(crate) fn with_openid(scopes: &str) -> String {
    let others = scopes
        .split(' ')
        .filter(|scope| !scope.is_empty() && *scope != "openid");
    std::iter::once("openid")
        .chain(others)
        .collect::<Vec<_>>()
        .join(" ")
}
