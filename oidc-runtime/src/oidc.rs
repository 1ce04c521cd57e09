//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::cache::TokenCache;
use crate::config::{Config, ConfigError, OidcBuilder};
use crate::flow::Vault;
use crate::health::Health;
use crate::http::Http;
use crate::jwt::Hints;
use crate::policy::Policy;
use crate::provider::{Provider, ProviderError};
use crate::rejection::Rejection;
use crate::token::VerifiedToken;

/// Who calls, once it is known: nobody, the bearer of a token, or a refusal.
///
/// Two words, for it is handed from function to function for every request.
pub(crate) type Caller = Result<Option<Arc<VerifiedToken>>, Rejection>;

/// The connection to one OpenID provider: its configuration, its keys, and the tokens verified
/// so far.
///
/// Make one per application and clone it freely: clones share everything. axum finds it in the
/// router's state, actix-web in `app_data`.
#[derive(Clone)]
pub struct Oidc {
    inner: Arc<Inner>,
}

struct Inner {
    config: Arc<Config>,
    provider: Arc<Provider>,
    cache: Option<TokenCache>,
    vault: Vault,
    hints: Hints,
    /// The answer to requests without credentials, which are many.
    missing: Rejection,
}

impl Oidc {
    /// Starts a configuration.
    pub fn builder() -> OidcBuilder {
        OidcBuilder::default()
    }

    /// Reads the configuration from `OIDC_…` environment variables, see [`OidcBuilder::from_env`].
    ///
    /// # Errors
    /// Every missing or malformed variable, by name.
    pub fn from_env() -> Result<Self, ConfigError> {
        OidcBuilder::from_env().build()
    }

    pub(crate) fn new(config: Config) -> Result<Self, ConfigError> {
        let http = Http::new(&config)?;
        let vault = Vault::new(config.state_key.as_ref(), &config.client_and_provider())
            .map_err(|_| ConfigError::state_key())?;
        let config = Arc::new(config);
        let inner = Inner {
            provider: Arc::new(Provider::new(Arc::clone(&config), http)),
            cache: TokenCache::new(config.token_cache_bytes),
            vault,
            hints: Hints::new(),
            missing: Rejection::missing_credentials(&config.realm),
            config,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Asks the provider now, for applications that rather fail at start-up. Without it the
    /// first request does.
    ///
    /// # Errors
    /// When the provider cannot be reached or its answer is of no use.
    pub async fn discover(&self) -> Result<(), ProviderError> {
        self.inner.provider.ready().await.map(drop)
    }

    /// How the connection to the provider is. Asks nobody, so it may be called often.
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

    /// A layer for axum and a middleware for actix-web that guards everything below it, before
    /// anything else of the request is looked at.
    ///
    /// Write the policy as `#[oidc::policy(..)] struct Name;` and pass `Name`.
    ///
    /// The routers of `oidc::axum` and `oidc::actix` take it by `protect`, so that the access matrix
    /// shows it, and refuse it as an ordinary layer.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the value only names its type"
    )]
    pub fn layer<P: Policy>(&self, policy: P) -> crate::GuardLayer<P> {
        let _ = policy;
        crate::GuardLayer::new(self.clone())
    }

    /// Drops a token from the cache of verified tokens, so that it is verified anew.
    ///
    /// That does not revoke it: what its signature and times allow stays allowed.
    pub fn evict_token(&self, token: &str) {
        if let Some(cache) = &self.inner.cache {
            cache.forget(token.as_bytes());
        }
    }

    /// Drops all tokens from the cache of verified tokens.
    pub fn clear_token_cache(&self) {
        if let Some(cache) = &self.inner.cache {
            cache.clear();
        }
    }

    /// Whether the other one is a clone of this one. Clients of the same configuration are not.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    pub(crate) fn provider(&self) -> &Arc<Provider> {
        &self.inner.provider
    }

    pub(crate) fn cache(&self) -> Option<&TokenCache> {
        self.inner.cache.as_ref()
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    pub(crate) fn now(&self) -> Duration {
        self.config().clock.since_epoch()
    }

    /// Whether verified tokens are kept, so that asking for one again costs next to nothing.
    pub(crate) fn keeps_tokens(&self) -> bool {
        self.inner.cache.is_some()
    }

    pub(crate) fn hints(&self) -> &Hints {
        &self.inner.hints
    }

    pub(crate) fn missing(&self) -> &Rejection {
        &self.inner.missing
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("config", self.config())
            .finish_non_exhaustive()
    }
}
