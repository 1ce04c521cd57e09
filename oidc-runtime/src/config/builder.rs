//! The settings of an application.

use std::time::Duration;

use super::bound_tokens::BoundTokens;
use super::client_auth::{ClientAuth, ClientAuthBuilder};
use super::error::{Problems, Setting};
use super::issuer::IntrospectionBuilder;
use super::resource::ResourceBuilder;
use crate::answer::{ErrorResponder, ErrorResponse};
use crate::clock::{Clock, SharedClock};
use crate::jose::Algorithm;
use crate::policy::{Policy, PolicySpec};
use crate::request::RequestParts;
use crate::secret::Secret;

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
    pub(super) client_auth: ClientAuthBuilder,
    pub(super) discovery_url: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) audiences: Vec<String>,
    pub(super) resource: ResourceBuilder,
    pub(super) any_audience: bool,
    pub(super) accept_unmarked_tokens: bool,
    pub(super) bound_tokens: Setting<BoundTokens>,
    pub(super) authorized_parties: Option<Vec<String>>,
    pub(super) roles_from: Option<Vec<String>>,
    pub(super) scopes: Option<String>,
    pub(super) offline_access: Setting<bool>,
    pub(super) refresh_token_lifetime: Setting<Duration>,
    pub(super) return_id_token: Setting<bool>,
    pub(super) algorithms: Setting<Vec<Algorithm>>,
    pub(super) global_policies: Vec<&'static PolicySpec>,
    pub(super) allowed_redirects: Vec<String>,
    pub(super) loopback_redirects: Setting<bool>,
    pub(super) public_url: Setting<String>,
    pub(super) state_key: Option<Secret>,
    pub(super) realm: Option<String>,
    pub(super) timeout: Setting<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) token_cache_bytes: Option<u64>,
    pub(super) root_certificates: Vec<Vec<u8>>,
    pub(super) allow_http: bool,
    pub(super) clock: Option<SharedClock>,
    pub(super) error_responder: ErrorResponder,
    #[cfg(feature = "sessions")]
    pub(super) sessions: Option<super::Sessions>,
    pub(super) trusted: Vec<(String, super::Issuer)>,
    pub(super) introspection: IntrospectionBuilder,
    pub(super) introspection_cache: Setting<Duration>,
    pub(super) problems: Problems,
}

impl OidcBuilder {
    /// The OAuth client identifier (RFC 6749 §2.2): printable ASCII. Required.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The secret of a confidential client, sent to the provider with HTTP Basic, or in the form if the
    /// provider offers only that (RFC 6749 §2.3.1); [`client_auth`](Self::client_auth) decides otherwise.
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

    /// How the client authenticates to the provider (RFC 6749 §2.3). A second call replaces the first.
    /// Default: with the [`client_secret`](Self::client_secret), if there is one, by HTTP Basic if the
    /// provider offers it or does not say, else in the form; a provider that offers neither is asked
    /// nothing, and the response is 502 with the code `client_auth_not_offered` in the log.
    ///
    /// A secret, a key and an assertion exclude each other. The guide has a chapter on client
    /// authentication.
    ///
    /// ```no_run
    /// use oidc::{ClientAuth, ClientKey};
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_auth(ClientAuth::key(ClientKey::file("/run/secrets/client.pem").id("k1")))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn client_auth(mut self, auth: ClientAuth) -> Self {
        self.client_auth.set(auth);
        self
    }

    /// The `aud` of the assertions that are signed with a [key](ClientAuth::key) (RFC 7523 §3).
    /// Default: the provider's issuer. Some providers demand the URL of their token endpoint.
    ///
    /// ```no_run
    /// use oidc::{ClientAuth, ClientKey};
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org/oauth2/default")
    ///     .client_auth(ClientAuth::key(ClientKey::file("/run/secrets/client.pem")))
    ///     .assertion_audience("https://login.example.org/oauth2/default/v1/token")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn assertion_audience(mut self, audience: impl Into<String>) -> Self {
        self.client_auth.audience = Some(audience.into());
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

    /// What happens to access tokens that are bound to a key or a certificate (`cnf`, RFC 7800).
    /// Default: [`BoundTokens::Refused`].
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// use oidc::BoundTokens;
    ///
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .bound_tokens(BoundTokens::CheckedByGateway)
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn bound_tokens(mut self, bound: BoundTokens) -> Self {
        self.bound_tokens = Some(Ok(bound));
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
        self.offline_access = Some(Ok(request));
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
        self.refresh_token_lifetime = Some(Ok(lifetime));
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
        self.return_id_token = Some(Ok(include));
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
        self.algorithms = Some(Ok(algorithms.into_iter().collect()));
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
        self.loopback_redirects = Some(Ok(allow));
        self
    }

    /// The public base URL of the application, as browsers see it. Set it if the application runs
    /// behind a proxy. Sessions require it, and require https except on loopback addresses.
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
        self.public_url = Some(Ok(url.into()));
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
        self.timeout = Some(Ok(timeout));
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

    /// Signs browsers in: the attributes then admit the cookie of a session as well as a bearer
    /// token. Default: off. [`public_url`](Self::public_url) is required with it.
    ///
    /// ```
    /// use oidc::{Oidc, Sessions};
    ///
    /// const SIGN_IN: oidc::Routes = oidc::routes!(sessions);
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = Oidc::builder()
    ///     .client_id("shop")
    ///     .discovery_url("https://login.example.org")
    ///     .public_url("https://shop.example.org")
    ///     .sessions(Sessions::new(SIGN_IN))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "sessions")]
    pub fn sessions(mut self, sessions: super::Sessions) -> Self {
        self.sessions = Some(sessions);
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
    /// It is called when a [`Rejection`](crate::Rejection) is made, whether or not that is the
    /// response: a handler may take `Result<Principal, Rejection>` and respond otherwise, and
    /// actix-web makes a `Rejection` for each `Option` argument that becomes `None`. For
    /// [`verify_access_token`](crate::Oidc::verify_access_token) it gets an empty request. It is not
    /// called for the status 500 with the code `misconfigured` of an actix-web application without
    /// `.app_data(oidc)`.
    ///
    /// With sessions, it may replace the small page that browsers get. A redirect of a browser, to sign
    /// in or to the application's error page, stays as it is. It is not called for a `SessionError`
    /// that a handler returns.
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
}
