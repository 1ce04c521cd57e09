//! How the connection to the provider is, for health checks.

use std::time::Duration;

use crate::provider::ProviderError;

/// What [`Oidc::health`](crate::Oidc::health) tells.
///
/// A readiness check wants [`is_ready`](Self::is_ready). A provider that fails while the last
/// keys still serve is worth an alert, not a restart.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Health {
    /// The time since the provider's keys were last read; `None` if they never were.
    pub keys_age: Option<Duration>,
    /// Why the last attempt to read them failed; `None` if it succeeded or there was none.
    pub last_error: Option<ProviderError>,
    pub(crate) keys_usable: bool,
}

impl Health {
    /// Whether tokens can be verified now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.keys_usable
    }
}
