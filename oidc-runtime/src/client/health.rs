//! The state of the connection to the issuers, for monitoring.

use std::time::Duration;

use super::authority::Authority;
use super::oidc::Oidc;
use crate::provider::ProviderError;

/// The state of the connection to the provider, for monitoring; see
/// [`Oidc::health`](crate::Oidc::health).
///
/// Do not build a readiness check on it: creating it starts no refresh, so an instance that receives
/// no requests would never become ready. Call [`Oidc::discover`](crate::Oidc::discover) there.
///
/// A provider that fails while the last keys are still usable calls for an alert, not for a
/// restart, which would lose the keys.
///
/// ```
/// use std::time::Duration;
/// use oidc::Oidc;
///
/// fn alert(oidc: &Oidc) -> Option<String> {
///     let health = oidc.health();
///     let is_old = health.keys_age.is_some_and(|age| age > Duration::from_secs(2 * 60 * 60));
///     health.last_error.filter(|_| is_old).map(|error| error.to_string())
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Health {
    /// The time since the provider's keys were last fetched; `None` if they never were.
    pub keys_age: Option<Duration>,
    /// Why the last attempt to fetch them failed; `None` if it succeeded or there was none.
    pub last_error: Option<ProviderError>,
    /// The same for each issuer: the client's own provider, `own`, and those of
    /// [`OidcBuilder::trust`](crate::OidcBuilder::trust), in the order in which they were added.
    pub issuers: Vec<IssuerHealth>,
}

/// The state of the connection to one issuer.
///
/// ```
/// fn print(health: &oidc::Health) {
///     for issuer in &health.issuers {
///         println!("{}: {} keys, ready: {}", issuer.name, issuer.keys, issuer.is_ready());
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The name in rules.
    pub name: String,
    /// How many usable keys it has published; 0 if they were never fetched.
    pub keys: usize,
    /// The time since the keys were last fetched; `None` if they never were.
    pub keys_age: Option<Duration>,
    /// Why the last attempt to fetch them failed; `None` if it succeeded or there was none.
    pub last_error: Option<ProviderError>,
    keys_usable: bool,
}

impl Health {
    /// Whether tokens of the client's own provider can be verified now: keys were fetched within the
    /// last 24 hours. That another issuer is away is no reason to restart.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .build()?;
    /// // Nothing has contacted the provider so far.
    /// assert!(!oidc.health().is_ready());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.issuers.first().is_some_and(IssuerHealth::is_ready)
    }
}

impl IssuerHealth {
    /// Whether tokens of the issuer can be verified now: keys were fetched within the last 24 hours.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.keys_usable
    }

    fn of(authority: &Authority, now: Duration) -> Self {
        let provider = &authority.provider;
        let latest = provider.peek();
        let latest = latest.as_ref();
        Self {
            name: authority.settings.trust.name.to_string(),
            keys: latest.map_or(0, |latest| latest.keys.len()),
            keys_age: latest.map(|latest| now.saturating_sub(latest.fetched_at)),
            last_error: provider.last_failure().map(ProviderError),
            keys_usable: provider.is_usable(now),
        }
    }
}

impl Oidc {
    /// The state of the connection to the provider, and to the other issuers, for monitoring. Does no
    /// I/O and starts no refresh: for a readiness check, call [`discover`](Self::discover).
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
        let of = |authority| IssuerHealth::of(authority, now);
        let issuers: Vec<_> = self.authorities().iter().map(of).collect();
        let own = issuers.first();
        Health {
            keys_age: own.and_then(|own| own.keys_age),
            last_error: own.and_then(|own| own.last_error.clone()),
            issuers,
        }
    }
}
