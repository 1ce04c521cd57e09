//! The state of the connection to the provider, for monitoring.

use std::time::Duration;

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
    pub(crate) keys_usable: bool,
}

impl Health {
    /// Whether tokens can be verified now: keys were fetched within the last 24 hours.
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
        self.keys_usable
    }
}
