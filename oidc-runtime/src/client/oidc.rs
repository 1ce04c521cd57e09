//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::authority::{Authorities, Authority};
use super::missing::{self, Missing};
use super::resources::Resources;
use super::tenants::Tenants;
use super::token_cache::TokenCache;
use crate::answer::Rejection;
#[cfg(feature = "sessions")]
use crate::clock::UnixSeconds;
use crate::config::{Checked, Config, ConfigError, OidcBuilder};
use crate::policy::PolicySpec;
use crate::protocol::RelyingParty;
use crate::provider::{Provider, ProviderError};
use crate::seal::{Sealer, Tagger};
#[cfg(feature = "sessions")]
use crate::session::manager::SessionManager;
use crate::token::{Hints, VerifiedUser};

/// The result of authenticating a request: anonymous, a verified token, or a rejection.
pub(crate) type Authentication = Result<Option<Arc<VerifiedUser>>, Rejection>;

/// The OAuth client of one OpenID provider: configuration, the provider's keys, and a cache of
/// verified tokens.
///
/// Create one per application. Clones are cheap and share everything. On axum it belongs in the
/// router's state, on actix-web in `app_data`.
///
/// ```
/// use axum::{Router, routing::get};
/// use oidc::{Oidc, Principal};
///
/// #[oidc::required]
/// async fn whoami(user: Principal) -> String {
///     user.subject().to_owned()
/// }
///
/// fn app(oidc: Oidc) -> Router {
///     Router::new().route("/whoami", get(whoami)).with_state(oidc)
/// }
/// ```
#[derive(Clone)]
pub struct Oidc {
    inner: Arc<Inner>,
    tenants: Option<Arc<Tenants>>,
}

struct Inner {
    config: Arc<Config>,
    authorities: Authorities,
    cache: Option<TokenCache>,
    /// For sign-ins in progress.
    sealer: Arc<Sealer>,
    /// For the sessions of MCP clients.
    tagger: Arc<Tagger>,
    hints: Arc<Hints>,
    resources: Arc<Resources>,
    missing: Missing,
    #[cfg(feature = "sessions")]
    sessions: Option<SessionManager>,
}

impl Oidc {
    /// Returns a builder without any settings.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn builder() -> OidcBuilder {
        OidcBuilder::default()
    }

    /// Builds a client from the `OIDC_…` environment variables, see [`OidcBuilder::from_env`].
    ///
    /// ```no_run
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::from_env()?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If variables are missing or malformed. The error names all of them.
    pub fn from_env() -> Result<Self, ConfigError> {
        OidcBuilder::from_env().build()
    }

    fn new(checked: Checked) -> Result<Self, ConfigError> {
        let config = Arc::new(checked.config);
        #[cfg(feature = "sessions")]
        let sessions = match &config.sessions {
            Some(settings) => Some(SessionManager::new(&config, settings)?),
            None => None,
        };
        let authorities = Authorities::new(&config, &checked.http);
        let resources = Arc::<Resources>::default();
        resources.add(&config)?;
        let inner = Inner {
            authorities: authorities.map_err(|_| no_random_numbers())?,
            cache: TokenCache::new(config.token_cache_bytes),
            sealer: Arc::new(checked.sealer),
            tagger: Arc::new(checked.tagger),
            hints: Arc::new(Hints::new()),
            resources,
            missing: Missing::new(&config.challenges),
            #[cfg(feature = "sessions")]
            sessions,
            config,
        };
        Ok(Self {
            inner: Arc::new(inner),
            tenants: None,
        })
    }

    /// The same client with another configuration, without browser sessions.
    ///
    /// # Errors
    /// If its resource is at odds with those that are known.
    pub(super) fn with(&self, config: Arc<Config>) -> Result<Self, ConfigError> {
        let inner = &self.inner;
        inner.resources.add(&config)?;
        let inner = Inner {
            authorities: inner.authorities.with(&config),
            cache: TokenCache::new(config.token_cache_bytes),
            sealer: Arc::clone(&inner.sealer),
            tagger: Arc::clone(&inner.tagger),
            hints: Arc::clone(&inner.hints),
            resources: Arc::clone(&inner.resources),
            missing: Missing::new(&config.challenges),
            #[cfg(feature = "sessions")]
            sessions: None,
            config,
        };
        Ok(Self {
            inner: Arc::new(inner),
            tenants: self.tenants.clone(),
        })
    }

    /// Waits until tokens can be verified: fetches the discovery document (OpenID Connect Discovery
    /// §4) and the key set, unless usable keys are present.
    ///
    /// Call it in the readiness check, and at start-up if the application should fail there when
    /// the provider is unreachable. Otherwise the first request fetches the keys. With usable keys
    /// it returns at once, and starts a refresh in the background if one is due.
    ///
    /// It also starts to fetch the keys of the other issuers of
    /// [`OidcBuilder::trust`](crate::OidcBuilder::trust), but waits for none of them: one that is away
    /// is missed by its own users only.
    ///
    /// It must be called within a Tokio runtime.
    ///
    /// ```
    /// use axum::extract::State;
    /// use axum::http::StatusCode;
    /// use oidc::Oidc;
    ///
    /// #[oidc::public(reason = "the orchestrator has no token")]
    /// async fn ready(State(oidc): State<Oidc>) -> StatusCode {
    ///     match oidc.discover().await {
    ///         Ok(()) => StatusCode::OK,
    ///         Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    ///     }
    /// }
    /// # let _: axum::Router<Oidc> = axum::Router::new().route("/ready", axum::routing::get(ready));
    /// ```
    ///
    /// # Errors
    /// If the provider cannot be reached within the
    /// [timeout](OidcBuilder::timeout), or its responses are unusable.
    pub async fn discover(&self) -> Result<(), ProviderError> {
        let now = self.now();
        for authority in self.authorities().iter() {
            authority.provider.keep_fresh(now);
        }
        self.provider().ready().await.map(drop)
    }

    /// Removes an access token from the cache, so that its next use verifies it again.
    ///
    /// This does not revoke the token: it remains valid until it expires. Does nothing if the token
    /// is not cached.
    ///
    /// ```
    /// use oidc::{BearerToken, Oidc};
    ///
    /// fn signed_out(oidc: &Oidc, token: &BearerToken) {
    ///     oidc.evict_token(token.secret());
    /// }
    /// ```
    pub fn evict_token(&self, token: &str) {
        if let Some(cache) = &self.inner.cache {
            cache.forget(token.as_bytes());
        }
    }

    /// Removes all access tokens from the cache, so that the next use of each verifies it again.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// # let oidc = oidc::Oidc::builder().client_id("a").discovery_url("https://login.example.org").build()?;
    /// oidc.clear_token_cache();
    /// # Ok(()) }
    /// ```
    pub fn clear_token_cache(&self) {
        if let Some(cache) = &self.inner.cache {
            cache.clear();
        }
    }

    /// Whether `other` is a clone of this client. Equal configuration is not sufficient.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        let tenants = |client: &Self| client.tenants.as_ref().map(Arc::as_ptr);
        Arc::ptr_eq(&self.inner, &other.inner) && tenants(self) == tenants(other)
    }

    /// The same client, whose requests belong to tenants.
    pub(super) fn with_tenants(&self, tenants: Tenants) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            tenants: Some(Arc::new(tenants)),
        }
    }

    pub(super) fn tenants(&self) -> Option<&Tenants> {
        self.tenants.as_deref()
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    pub(crate) fn authorities(&self) -> &Authorities {
        &self.inner.authorities
    }

    /// The client's own provider, as the issuer of tokens.
    pub(crate) fn own(&self) -> &Authority {
        self.inner.authorities.own()
    }

    pub(crate) fn provider(&self) -> &Arc<Provider> {
        &self.own().provider
    }

    /// This client towards its provider.
    pub(crate) fn relying_party(&self) -> RelyingParty<'_> {
        let config = self.config();
        self.own()
            .relying_party(config, &config.requested_resources)
    }

    pub(crate) fn cache(&self) -> Option<&TokenCache> {
        self.inner.cache.as_ref()
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn session_manager(&self) -> Option<&SessionManager> {
        self.inner.sessions.as_ref()
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn now_seconds(&self) -> UnixSeconds {
        self.config().clock.unix_seconds()
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn now_ms(&self) -> i64 {
        i64::try_from(self.now().as_millis()).unwrap_or(i64::MAX)
    }

    pub(crate) fn now(&self) -> Duration {
        self.config().clock.since_epoch()
    }

    /// Whether verified tokens are cached, so that verifying one again is cheap.
    pub(crate) fn caches_tokens(&self) -> bool {
        self.inner.cache.is_some()
    }

    pub(crate) fn tagger(&self) -> &Tagger {
        &self.inner.tagger
    }

    pub(crate) fn resources(&self) -> &Resources {
        &self.inner.resources
    }

    pub(crate) fn hints(&self) -> &Hints {
        &self.inner.hints
    }

    /// The rejection of a request without credentials.
    pub(crate) fn missing(&self) -> &Rejection {
        self.inner.missing.plain()
    }

    /// The same at a route with this policy, with the scopes to ask for.
    pub(crate) fn missing_at(&self, policy: &'static PolicySpec) -> Rejection {
        let config = self.config();
        let missing = &self.inner.missing;
        missing.of(policy, &config.global_policies, &config.challenges)
    }

    /// Asks for these scopes where a request without credentials meets the policy.
    pub(super) fn ask_at(&self, policy: &'static PolicySpec, scopes: &[String]) {
        let challenges = &self.config().challenges;
        self.inner.missing.ask(policy, scopes, challenges);
    }

    /// The rejection of a user by one policy, with the scopes that the others ask for, if it asks for
    /// some: a client that requests only the scopes of a challenge would lose those that it has.
    ///
    /// The policies are the client's global ones and that of the route; the one that denies the user is
    /// given by its index.
    pub(crate) fn denied_at(
        &self,
        denying: usize,
        route: Option<&'static PolicySpec>,
        denial: Rejection,
    ) -> Rejection {
        if denial.refusal().scopes.is_empty() {
            return denial;
        }
        let config = self.config();
        let policies = || config.global_policies.iter().copied().chain(route);
        denial.among(
            &config.challenges,
            missing::asked_by(policies().take(denying)),
            missing::asked_by(policies().skip(denying + 1)),
        )
    }

    /// The rejection of invalid credentials at a route with this policy, with the scopes to ask for.
    pub(crate) fn invalid_at(&self, policy: &PolicySpec, rejection: &Rejection) -> Rejection {
        let config = self.config();
        let names_scopes = config.challenges.name_scopes() && rejection.status() == 401;
        if names_scopes {
            let scopes = missing::scopes(policy, &config.global_policies);
            rejection.asking_for(&config.challenges, scopes)
        } else {
            rejection.clone()
        }
    }
}

/// The operating system provides none, on which nothing secure can be built.
fn no_random_numbers() -> ConfigError {
    ConfigError::new(
        "introspect",
        "needs random numbers, of which there are none",
    )
}

impl OidcBuilder {
    /// Validates the settings and creates the client. Reads the file of a
    /// [`ClientKey`](crate::ClientKey), if there is one, and does no other I/O: the provider is contacted by
    /// the first request that needs it, or by [`Oidc::discover`].
    ///
    /// ```
    /// let error = oidc::Oidc::builder().discovery_url("login.example.org").build().unwrap_err();
    /// assert!(error.to_string().contains("`client_id` (OIDC_CLIENT_ID) is missing"));
    /// assert!(error.to_string().contains("write `https://login.example.org`"));
    /// ```
    ///
    /// # Errors
    /// If settings are missing or malformed. The error names all of them.
    pub fn build(self) -> Result<Oidc, ConfigError> {
        self.check().and_then(Oidc::new)
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("config", self.config())
            .finish_non_exhaustive()
    }
}
