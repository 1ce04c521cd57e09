//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::health::Health;
use super::token_cache::TokenCache;
use crate::answer::Rejection;
use crate::config::{Checked, Config, ConfigError, OidcBuilder};
use crate::provider::{Provider, ProviderError};
use crate::seal::Sealer;
use crate::token::{Hints, VerifiedToken};

/// How a request was authenticated: anonymous, by a verified token, or rejected.
///
/// Two words, since it is passed from function to function for every request.
pub(crate) type Authentication = Result<Option<Arc<VerifiedToken>>, Rejection>;

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
    /// For sign-ins in progress.
    sealer: Sealer,
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

    fn new(checked: Checked) -> Self {
        let config = Arc::new(checked.config);
        let inner = Inner {
            provider: Arc::new(Provider::new(Arc::clone(&config), checked.http)),
            cache: TokenCache::new(config.token_cache_bytes),
            sealer: checked.sealer,
            hints: Hints::new(),
            missing: Rejection::missing_credentials(&config.realm),
            config,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Discovers the provider now, for applications that should fail at start-up. Without it the
    /// first request does.
    ///
    /// # Errors
    /// If the provider cannot be reached or its responses are unusable.
    pub async fn discover(&self) -> Result<(), ProviderError> {
        self.inner.provider.ready().await.map(drop)
    }

    /// The state of the connection to the provider. Does no I/O.
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

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.inner.sealer
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

impl OidcBuilder {
    /// Checks every field. The provider is not contacted yet: that happens with the first request,
    /// or by [`Oidc::discover`].
    ///
    /// # Errors
    /// Every missing or malformed field, by name.
    pub fn build(self) -> Result<Oidc, ConfigError> {
        self.check().map(Oidc::new)
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("config", self.config())
            .finish_non_exhaustive()
    }
}
