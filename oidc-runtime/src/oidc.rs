//! The handle that an application holds.

use std::fmt;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::cache::TokenCache;
use crate::config::{Builder, Config, ConfigError};
use crate::credentials::{Credentials, b64token};
use crate::flow::Vault;
use crate::health::Health;
use crate::http::Http;
use crate::jwt::{Compact, Expectations, TokenError, check_signature, worth_asking};
use crate::policy::Policy;
use crate::provider::{Provider, Snapshot, Unavailable};
use crate::rejection::Rejection;
use crate::telemetry;
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
    /// The answer to requests without credentials, which are many.
    missing: Rejection,
}

impl Oidc {
    /// Starts a configuration.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Reads the configuration from `OIDC_…` environment variables, see [`Builder::from_env`].
    ///
    /// # Errors
    /// Every missing or malformed variable, by name.
    pub fn from_env() -> Result<Self, ConfigError> {
        Builder::from_env().build()
    }

    pub(crate) fn new(config: Config) -> Result<Self, ConfigError> {
        let http = Http::new(&config)?;
        let vault = Vault::new(config.state_key.as_ref()).map_err(|_| ConfigError::state_key())?;
        let config = Arc::new(config);
        let inner = Inner {
            provider: Arc::new(Provider::new(Arc::clone(&config), http)),
            cache: TokenCache::new(config.token_cache_bytes),
            vault,
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
    pub async fn discover(&self) -> Result<(), Unavailable> {
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
            last_error: self.provider().last_failure().map(Unavailable),
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
    pub fn forget(&self, token: &str) {
        if let Some(cache) = &self.inner.cache {
            cache.forget(token.as_bytes());
        }
    }

    /// Drops all tokens from the cache of verified tokens.
    pub fn forget_all(&self) {
        if let Some(cache) = &self.inner.cache {
            cache.clear();
        }
    }

    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    pub(crate) fn provider(&self) -> &Arc<Provider> {
        &self.inner.provider
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    fn now(&self) -> Duration {
        self.config().clock.since_epoch()
    }

    /// Whether verified tokens are kept, so that asking for one again costs next to nothing.
    pub(crate) fn keeps_tokens(&self) -> bool {
        self.inner.cache.is_some()
    }

    /// Verifies the credentials of a request without waiting, if the provider's keys are here
    /// and have the key.
    pub(crate) fn authenticate_now(&self, credentials: Credentials<'_>) -> Poll<Caller> {
        let token = match credentials {
            Credentials::Bearer(token) => token,
            Credentials::Absent => return Poll::Ready(Ok(None)),
            Credentials::Malformed => return Poll::Ready(Err(self.malformed())),
        };
        let now = self.now();
        if !self.provider().is_usable(now) {
            return Poll::Pending;
        }
        self.provider().keep_fresh(now);
        if let Some(cache) = &self.inner.cache {
            let seconds = now.as_secs().cast_signed();
            if let Some(token) = cache.get(token, seconds, self.provider()) {
                return Poll::Ready(Ok(Some(token)));
            }
        }
        let Ok(text) = str::from_utf8(token) else {
            return Poll::Ready(Err(self.malformed()));
        };
        let snapshot = self.provider().peek();
        let Some(snapshot) = snapshot.as_ref() else {
            return Poll::Pending;
        };
        match self.verify(text, snapshot) {
            Ok(token) => Poll::Ready(Ok(Some(token))),
            Err(TokenError::KeyUnknown) => Poll::Pending,
            // Not before: what verifies is made of the right characters.
            Err(_) if b64token(token).is_none() => Poll::Ready(Err(self.malformed())),
            Err(reason) => Poll::Ready(Err(self.invalid(reason))),
        }
    }

    /// The same, waiting for the provider where it has to be asked.
    pub(crate) async fn authenticate(&self, credentials: Credentials<'_>) -> Caller {
        if let Poll::Ready(outcome) = self.authenticate_now(credentials) {
            return outcome;
        }
        let Credentials::Bearer(token) = credentials else {
            return Err(self.malformed());
        };
        let token = b64token(token).ok_or_else(|| self.malformed())?;
        let snapshot = self.ready().await?;
        match self.verify(token, &snapshot) {
            Err(TokenError::KeyUnknown) => self.verify_with_new_keys(token, &snapshot).await,
            outcome => outcome,
        }
        .map(Some)
        .map_err(|reason| self.invalid(reason))
    }

    async fn verify_with_new_keys(
        &self,
        token: &str,
        known: &Snapshot,
    ) -> Result<Arc<VerifiedToken>, TokenError> {
        let compact = Compact::parse(token)?;
        let kid = compact.header.kid.clone().ok_or(TokenError::KeyUnknown)?;
        let issued_at = worth_asking(&compact, &self.expectations(known))?;
        if !self.provider().look_again(&kid, issued_at).await {
            return Err(TokenError::KeyUnknown);
        }
        let snapshot = self.provider().peek();
        self.verify(token, snapshot.as_ref().ok_or(TokenError::KeyUnknown)?)
    }

    async fn ready(&self) -> Result<Arc<Snapshot>, Rejection> {
        let ready = self.provider().ready().await;
        ready.map_err(|_| Rejection::unavailable(self.provider().retry_after()))
    }

    /// The only place where an access token becomes a verified one.
    fn verify(&self, token: &str, snapshot: &Snapshot) -> Result<Arc<VerifiedToken>, TokenError> {
        let compact = Compact::parse(token)?;
        let signed = check_signature(compact, &snapshot.keys)?;
        let expected = self.expectations(snapshot);
        let issuer = &snapshot.metadata.issuer;
        let token = Arc::new(VerifiedToken::new(
            token,
            &signed,
            &expected,
            issuer,
            snapshot.epoch,
        )?);
        telemetry::verified();
        if let Some(cache) = &self.inner.cache {
            cache.insert(Arc::clone(&token));
        }
        Ok(token)
    }

    pub(crate) fn expectations<'e>(&'e self, snapshot: &'e Snapshot) -> Expectations<'e> {
        Expectations {
            issuer: &snapshot.metadata.issuer,
            audiences: self.config().audiences.as_deref(),
            now: self.config().clock.unix_seconds(),
        }
    }

    pub(crate) fn missing(&self) -> &Rejection {
        &self.inner.missing
    }

    fn malformed(&self) -> Rejection {
        Rejection::malformed_credentials(&self.config().realm)
    }

    fn invalid(&self, reason: TokenError) -> Rejection {
        Rejection::invalid_token(&self.config().realm, reason)
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("config", self.config())
            .finish_non_exhaustive()
    }
}
