//! Verifies tokens that the provider has just sent to this application.

use std::sync::Arc;

use super::schedule::Issued;
use super::{MAX_WAITS, Outcome, Provider, Snapshot, Unverified};
use crate::jose::{Algorithm, TokenError};

impl Provider {
    /// Like [`verify_with_refresh`](Self::verify_with_refresh), for a token in a response of the
    /// provider to a request of this application, received before the call.
    ///
    /// Forged tokens do not get here, so what they cause (the cool-down, the names of missing keys)
    /// does not count: the grant that the token was issued for has been used, and would be lost. The
    /// keys are fetched at most once after the token was received, and at most once a second for all
    /// of them. Tokens received before a fetch starts share it.
    pub(crate) async fn verify_received<T>(
        self: &Arc<Self>,
        algorithm: Algorithm,
        verify: impl Fn(&Snapshot) -> Result<T, TokenError>,
    ) -> Result<T, Unverified> {
        // Not by the clock, as the keys may be replaced within its precision.
        let received = self.schedule().generation();
        let mut has_newer_keys = false;
        for _ in 0..=MAX_WAITS {
            let Some(snapshot) = self.current.load_full() else {
                break;
            };
            let reason = match verify(&snapshot) {
                Ok(verified) => return Ok(verified),
                Err(reason) => reason,
            };
            if has_newer_keys || !self.may_be_newer(algorithm, reason, Issued::AfterFetch) {
                return Err(Unverified::Invalid(reason));
            }
            let (generation, outcomes) = self.begin_or_join().await;
            // An attempt that started before may have missed the key, or failed for another reason.
            let is_newer = generation > received;
            match self.outcome(outcomes).await {
                Outcome::Failed(error) if is_newer => {
                    return Err(Unverified::Unreachable(error));
                }
                Outcome::Refreshed => has_newer_keys = is_newer,
                Outcome::Failed(_) | Outcome::Unfinished => {}
            }
        }
        Err(Unverified::TooEarly(self.retry_after()))
    }
}
