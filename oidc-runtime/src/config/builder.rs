//! From what the application wrote to a checked configuration.

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
/// How many different bytes a key has at least. Even of 32 random hexadecimal digits fewer than
/// one in ten million have less.
const MIN_STATE_KEY_VARIETY: usize = 8;
/// Of the sealed state of a sign-in; changes when its format does.
const STATE_VERSION: u8 = 2;
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Configures an [`Oidc`](crate::Oidc). Mistakes are reported together by [`build`](Self::build).
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
    /// The OAuth client identifier (RFC 6749 §2.2). Required.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.client_id = Some(id.into());
        self
    }

    /// The secret of a confidential client, sent by HTTP Basic (RFC 6749 §2.3.1).
    /// Default: none, a public client.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret));
        self
    }

    /// The provider's `/.well-known/openid-configuration`, or its bare issuer. Required, and
    /// https unless the provider runs on the loopback interface.
    pub fn discovery_url(mut self, url: impl Into<String>) -> Self {
        self.discovery_url = Some(url.into());
        self
    }

    /// The issuer that tokens and the discovery document have to name.
    /// Default: the discovery URL without its well-known suffix.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Where the provider's keys are. Default: what the discovery document says.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// An audience that access tokens may be for; call it again to accept a further one.
    /// Default: the client id.
    ///
    /// Prefer an audience of the API's own: the client id is also what ID tokens name, so a token
    /// that names it has to be marked as an access token, see
    /// [`insecure_accept_unmarked_tokens`](Self::insecure_accept_unmarked_tokens).
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// The identifier of a resource, such as an API, that access tokens are asked for: an absolute
    /// URI without a fragment (RFC 8707 §2); call it again to name a further one. It is sent with
    /// every request to the provider for an authorization or for tokens. Default: none, then the
    /// provider decides what access tokens are for.
    ///
    /// The provider puts it, or what it stands for, into `aud` of the access tokens, so that it
    /// belongs into [`audience`](Self::audience), too. Some providers issue tokens for one
    /// resource only.
    pub fn resource(mut self, uri: impl Into<String>) -> Self {
        self.resources.push(uri.into());
        self
    }

    /// Accepts access tokens that were issued for any other application of the same provider.
    /// An application that a user signs in to can then act as them here. Every token has to be
    /// marked as an access token then.
    pub fn insecure_accept_any_audience(mut self) -> Self {
        self.any_audience = true;
        self
    }

    /// Accepts access tokens that might as well be ID tokens.
    ///
    /// Where `aud` of a token names the client id, as that of an ID token does, the token has to
    /// be marked as an access token: by the `typ` `at+jwt` in its header (RFC 9068 §2.1), or by one
    /// of the claims `scope`, `scp`, `client_id`, `cid`, `appid`, `azpacr`, `token_use` (`access`)
    /// and `typ` (`Bearer`). Without that, an ID token that has neither `nonce` nor `at_hash` could
    /// be used as an access token by anyone who gets hold of it. With this setting it can; prefer
    /// an [`audience`](Self::audience) of the API's own.
    pub fn insecure_accept_unmarked_tokens(mut self) -> Self {
        self.accept_unmarked_tokens = true;
        self
    }

    /// The applications that access tokens may have been issued to, by client id: `azp` has to be
    /// one of them, or in a token without `azp` the first of `client_id`, `cid` and `appid` that
    /// it has. A token that names none is rejected. Default: any application.
    ///
    /// An audience says whom a token is for, not who obtained it. Where many applications get
    /// tokens for one audience, such as Keycloak's `account`, this tells them apart.
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

    /// The claims that `roles = ".."` and [`Principal::roles`](crate::Principal::roles) read: strings
    /// or arrays of strings, each at a path as in `claims(..)`. A dot descends into an object; a
    /// name with anything but letters, digits, `_` and `-` is quoted.
    ///
    /// Default: `roles`, `groups`, and for Keycloak `realm_access.roles` and, of
    /// `resource_access`, the `roles` of this client and of the accepted audiences. The roles of
    /// other clients are given by whoever administers those clients. Leave out `groups` where
    /// users can create groups.
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

    /// The scopes asked for at sign-in, separated by spaces; `openid` is always added.
    /// Default: `profile email`.
    pub fn scopes(mut self, scopes: impl Into<String>) -> Self {
        self.scopes = Some(scopes.into());
        self
    }

    /// Whether the device flow asks for a refresh token (`offline_access`). Default: true.
    pub fn offline_access(mut self, ask: bool) -> Self {
        self.offline_access = Some(ask);
        self
    }

    /// How long a refresh token counts as usable where the provider does not say, in whole seconds,
    /// at least 1; the token endpoint answers with that end as `refresh_expires`. Default: 30 days.
    ///
    /// Clients take it as a hint and sign in again when it is over, or when a refresh fails before.
    pub fn refresh_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.refresh_token_lifetime = Some(lifetime);
        self
    }

    /// Whether the callback and the token endpoint also return the provider's ID token, as
    /// `id_token`, where the provider sent one. Default: false.
    ///
    /// An application needs it as `id_token_hint` for the logout endpoint (OpenID Connect
    /// RP-Initiated Logout 1.0 §2): some providers ask users to confirm without it, others refuse.
    /// It is not an access token, and no guard accepts it.
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

    /// Narrows the accepted signature algorithms. Default: what the provider's keys are for.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Demands something of every token, before a route's own rule; call it again for more.
    ///
    /// The policy is the value of a struct with `#[oidc::policy(..)]`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only names its type"
    )]
    pub fn require<P: Policy>(mut self, policy: P) -> Self {
        let _ = policy;
        self.global_policies.push(const { &P::SPEC });
        self
    }

    /// A further redirect URI that `login` accepts, compared to the letter; call it again for
    /// more. Default: the application's own callback, and any port of the loopback interface.
    pub fn allowed_redirect(mut self, uri: impl Into<String>) -> Self {
        self.allowed_redirects.push(uri.into());
        self
    }

    /// Whether native applications may sign in, which receive the code on a port of the loopback
    /// interface (RFC 8252 §7.3): whether `http://localhost`, `http://127.0.0.1` and
    /// `http://[::1]` are accepted on any port and path, by `login`, `token` and `logout`.
    /// Default: true.
    ///
    /// With `false` only the application's own callback below [`public_url`](Self::public_url)
    /// and the addresses of [`allowed_redirect`](Self::allowed_redirect) are left.
    pub fn loopback_redirects(mut self, allow: bool) -> Self {
        self.loopback_redirects = Some(allow);
        self
    }

    /// The public base URL of the application, as browsers see it behind a proxy.
    ///
    /// Its callback below this address is an accepted redirect URI. A sign-in that returns to
    /// the origin of this address can be finished only by the browser that began it.
    ///
    /// Default: none. Then the origin is that of the request (its `Host`), and any redirect URI
    /// whose path ends with the callback's is taken for the callback. Set it wherever a proxy
    /// stands in front.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// The key that seals the state of a sign-in: at least 32 random characters, such as
    /// `openssl rand -base64 32` prints. Several instances of an application need the same one.
    /// Default: a random key per process.
    pub fn state_key(mut self, key: impl Into<String>) -> Self {
        self.state_key = Some(Secret::new(key));
        self
    }

    /// The protection space in `WWW-Authenticate` (RFC 9110 §11.5). Default: the client id.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// How long one call to the provider may take in all. Default: 10 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long connecting to the provider may take. Default: 2 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How many bytes of verified tokens are kept, so that a token's signature is checked once.
    /// 0 switches the cache off. Default: 64 MiB.
    ///
    /// A token that the provider revokes stays valid until it expires either way: its signature
    /// and its times are all that a resource server sees. [`Oidc::evict_token`](crate::Oidc::evict_token) drops one token.
    pub fn token_cache_bytes(mut self, bytes: u64) -> Self {
        self.token_cache_bytes = Some(bytes);
        self
    }

    /// Trusts a further certificate authority for calls to the provider, in PEM.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Speaks plain http to a provider beyond the loopback interface. Whoever is on the way can
    /// replace its keys, and with them forge every token.
    pub fn insecure_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// The clock that tokens and keys are judged by. Default: the system's, to a few milliseconds.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(SharedClock::new(clock));
        self
    }

    /// The body and further header fields of error responses, in place of the default JSON body; the
    /// function of the last call counts. Default: none.
    ///
    /// It is called for every request that is rejected by a guard, a layer or an extractor, and for
    /// every error of a sign-in endpoint, after the decision: it words the response and cannot admit
    /// the request. What is fixed about the response stays, such as the status and
    /// `WWW-Authenticate`, see [`ErrorResponse`]. It should be quick, as it does not wait, and
    /// if it panics, the default body is sent.
    ///
    /// It is not called where there is no request: for a [`Rejection`](crate::Rejection) whose token
    /// did not come in one. Nor is it where there is no client: for the status 500 of an actix-web
    /// application without `.app_data(oidc)`, of code `misconfigured`.
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

    /// Checks every field, so that all mistakes are reported together.
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
                self.problems
                    .add("client_id", "has characters that RFC 6749 does not allow");
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
            // OpenID Connect Discovery §4: a terminating slash of the issuer is removed first.
            let path = format!("{}{WELL_KNOWN}", url.path().trim_end_matches('/'));
            url.set_path(&path);
        }
        Some(url)
    }

    fn checked_url(&mut self, field: &'static str, text: Option<String>) -> Option<Url> {
        let url = self.problems.check(field, Url::parse(&text?))?;
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
            .check("public_url", Url::parse(&self.public_url.clone()?))?;
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
            "must be an http(s) address without user name, password, query or fragment",
        );
        None
    }

    fn checked_redirects(&mut self) -> RedirectRules {
        for uri in &self.allowed_redirects {
            let usable = Url::parse(uri).is_ok_and(|url| {
                // RFC 3986 §2; anything else fits in no `Location`.
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
                .add("scopes", "must be scope names separated by spaces");
        }
        with_openid(scopes)
    }

    fn checked_algorithms(&mut self) -> Vec<Algorithm> {
        match self.algorithms.take() {
            None => Algorithm::ALL.to_vec(),
            Some(algorithms) => {
                if algorithms.is_empty() && !self.problems.has("algorithms") {
                    self.problems
                        .add("algorithms", "is empty: no token could be accepted");
                }
                algorithms
            }
        }
    }

    fn checked_roles_from(&mut self) -> Option<RolePlaces> {
        let paths = self.roles_from.take()?;
        if paths.is_empty() {
            self.problems
                .add("roles_from", "is empty: no user could have a role");
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
                .add("authorized_parties", "is empty: no token could be accepted"),
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
                "must be random, such as `openssl rand -base64 32` prints",
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

/// Tells this client of this provider from all others. No part can contain the separator but the
/// last.
fn client_and_provider(client_id: &str, discovery_url: &Url, issuer: Option<&str>) -> String {
    let issuer = issuer.unwrap_or_default();
    format!("{client_id}\0{discovery_url}\0{issuer}")
}

/// Whether this is a list of scope tokens (RFC 6749 §3.3), possibly empty.
pub(crate) fn is_scope_list(scopes: &str) -> bool {
    scopes
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'!' | b'#'..=b'[' | b']'..=b'~'))
}

/// OpenID Connect Core §3.1.2.1: without `openid` it is not a sign-in.
pub(crate) fn with_openid(scopes: &str) -> String {
    let others = scopes
        .split(' ')
        .filter(|scope| !scope.is_empty() && *scope != "openid");
    std::iter::once("openid")
        .chain(others)
        .collect::<Vec<_>>()
        .join(" ")
}
