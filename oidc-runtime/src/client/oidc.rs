//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::health::Health;
use super::missing::{self, Missing};
use super::resources::Resources;
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
}

struct Inner {
    config: Arc<Config>,
    provider: Arc<Provider>,
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

    #[cfg_attr(
        not(feature = "sessions"),
        expect(clippy::unnecessary_wraps, reason = "fails with sessions")
    )]
    fn new(checked: Checked) -> Result<Self, ConfigError> {
        let config = Arc::new(checked.config);
        #[cfg(feature = "sessions")]
        let sessions = match &config.sessions {
            Some(settings) => Some(SessionManager::new(&config, settings)?),
            None => None,
        };
        let resources = Arc::<Resources>::default();
        resources.add(&config);
        let inner = Inner {
            provider: Arc::new(Provider::new(Arc::clone(&config), checked.http)),
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
        })
    }

    /// The same client with another configuration, without browser sessions.
    pub(super) fn with(&self, config: Arc<Config>) -> Self {
        let inner = &self.inner;
        inner.resources.add(&config);
        let inner = Inner {
            provider: Arc::clone(&inner.provider),
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
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Waits until tokens can be verified: fetches the discovery document (OpenID Connect Discovery
    /// §4) and the key set, unless usable keys are present.
    ///
    /// Call it in the readiness check, and at start-up if the application should fail there when
    /// the provider is unreachable. Otherwise the first request fetches the keys. With usable keys
    /// it returns at once, and starts a refresh in the background if one is due.
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
        self.inner.provider.ready().await.map(drop)
    }

    /// The state of the connection to the provider, for monitoring. Does no I/O and starts no
    /// refresh: for a readiness check, call [`discover`](Self::discover).
    ///
    /// ```
    /// fn report(oidc: &oidc::Oidc) {
    ///     let health = oidc.health();
    ///     println!("ready: {}, age of the keys: {:?}", health.is_ready(), health.keys_age);
    ///     if let Some(error) = health.last_error {
    ///         println!("last refresh failed: {error}");
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn health(&self) -> Health {
        let now = self.now();
        let snapshot = self.provider().peek();
        Health {
            keys_age: snapshot
                .as_ref()
                .map(|last| now.saturating_sub(last.fetched_at)),
            last_error: self.provider().last_failure().map(ProviderError),
            keys_usable: self.provider().is_usable(now),
        }
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
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    pub(crate) fn provider(&self) -> &Arc<Provider> {
        &self.inner.provider
    }

    /// This client towards its provider.
    pub(crate) fn relying_party(&self) -> RelyingParty<'_> {
        let config = self.config();
        RelyingParty {
            provider: self.provider(),
            client_id: &config.client_id,
            client_secret: config.client_secret.as_ref(),
            resources: &config.requested_resources,
            algorithms: &config.algorithms,
            clock: &config.clock,
        }
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

impl OidcBuilder {
    /// Validates the settings and creates the client. Does no I/O: the provider is contacted by the
    /// first request that needs it, or by [`Oidc::discover`].
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
