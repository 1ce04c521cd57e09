//! The provider's idea of the time, which tests can move forward.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::sync::lock;

/// The system's clock plus an offset.
#[derive(Debug, Default)]
pub(crate) struct Clock(Mutex<Duration>);

impl Clock {
    /// The time since the Unix epoch.
    pub(crate) fn now(&self) -> Duration {
        let system = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        system + *lock(&self.0)
    }

    /// Seconds since the Unix epoch, as tokens carry them.
    pub(crate) fn seconds(&self) -> u64 {
        self.now().as_secs()
    }

    pub(crate) fn advance(&self, by: Duration) {
        *lock(&self.0) += by;
    }
}
