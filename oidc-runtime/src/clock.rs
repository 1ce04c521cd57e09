//! Where the time comes from.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time that tokens, keys and sealed states are judged by.
///
/// Every closure that returns a [`SystemTime`] is a clock, so a test can bring its own:
///
/// ```
/// use std::time::{Duration, SystemTime, UNIX_EPOCH};
/// use oidc::Clock;
///
/// fn takes_a_clock(_: impl Clock) {}
/// takes_a_clock(|| UNIX_EPOCH + Duration::from_secs(1_700_000_000));
/// takes_a_clock(SystemTime::now);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The present time.
    fn now(&self) -> SystemTime;
}

impl<F> Clock for F
where
    F: Fn() -> SystemTime + Send + Sync + 'static,
{
    fn now(&self) -> SystemTime {
        self()
    }
}

/// The system's time to a few milliseconds, which is closer than anything here looks. Every request
/// asks, and the full precision costs five times as much.
#[cfg(target_os = "linux")]
fn system_time() -> SystemTime {
    use nix::time::{ClockId, clock_gettime};

    clock_gettime(ClockId::CLOCK_REALTIME_COARSE)
        .ok()
        .and_then(|time| UNIX_EPOCH.checked_add(time.into()))
        .unwrap_or_else(SystemTime::now)
}

#[cfg(not(target_os = "linux"))]
fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Seconds since the Unix epoch, as the claims of a token count them.
pub(crate) type UnixSeconds = i64;

/// A clock that can be shared and printed.
#[derive(Clone)]
pub(crate) struct SharedClock(Arc<dyn Clock>);

impl SharedClock {
    pub(crate) fn new(clock: impl Clock) -> Self {
        Self(Arc::new(clock))
    }

    /// The time since the Unix epoch; a clock set before 1970 counts as 1970.
    pub(crate) fn since_epoch(&self) -> Duration {
        self.0.now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    pub(crate) fn unix_seconds(&self) -> UnixSeconds {
        UnixSeconds::try_from(self.since_epoch().as_secs()).unwrap_or(UnixSeconds::MAX)
    }
}

impl Default for SharedClock {
    fn default() -> Self {
        Self::new(system_time)
    }
}

impl fmt::Debug for SharedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_clock_is_the_system_clock() {
        let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let told = SharedClock::default().since_epoch();
        let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        // A coarse clock ticks at least this often.
        let tick = Duration::from_millis(50);
        assert!(before.saturating_sub(tick) <= told && told <= after);
    }
}
