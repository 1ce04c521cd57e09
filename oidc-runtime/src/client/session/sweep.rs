//! Removes sessions that are over from the store, in the background.

use std::time::Duration;

use super::SessionsOf;

/// Between two sweeps, and by how much of it that differs, so that instances do not sweep together.
const PAUSE: Duration = Duration::from_secs(10 * 60);
const SPREAD: u64 = 5;
/// How many sessions are removed in one step, and how many steps there are in one sweep.
const STEPS: usize = 100;

impl SessionsOf<'_> {
    /// Sweeps if the last time was long ago. Responses of the provider call it: without any, the store
    /// does not grow.
    pub(crate) fn sweep_now_and_then(self) {
        if self.settings.store.is_none() || !self.manager.is_sweep_due(PAUSE, SPREAD) {
            return;
        }
        let oidc = self.oidc.clone();
        tokio::spawn(async move {
            for _ in 0..STEPS {
                if !matches!(oidc.session_sweep().await, Ok(removed) if removed > 0) {
                    return;
                }
            }
        });
    }
}
