//! The source of the current time.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The source of the current time, against which the expiry of tokens, keys and sign-ins is
/// checked. Set it with [`OidcBuilder::clock`](crate::OidcBuilder::clock).
///
/// Every closure that returns a [`SystemTime`] implements this trait, so a test can control the
/// time:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::{Duration, UNIX_EPOCH};
///
/// # fn main() -> Result<(), oidc::ConfigError> {
/// let seconds = Arc::new(AtomicU64::new(1_700_000_000));
/// let clock = Arc::clone(&seconds);
/// let oidc = oidc::Oidc::builder()
///     .client_id("my-app")
///     .discovery_url("https://login.example.org")
///     .clock(move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed)))
///     .build()?;
/// seconds.fetch_add(3600, Ordering::Relaxed);
/// # Ok(()) }
/// ```
pub trait Clock: Send + Sync + 'static {
    /// The current time.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use oidc::Clock;
    ///
    /// /// Runs ahead of the system's clock by one minute.
    /// struct Ahead;
    ///
    /// impl Clock for Ahead {
    ///     fn now(&self) -> SystemTime {
    ///         SystemTime::now() + Duration::from_secs(60)
    ///     }
    /// }
    /// ```
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

/// The system's time with a precision of a few milliseconds, which is sufficient here.
///
/// perf: every request reads the clock. The coarse one takes 3 ns, the precise one 20 ns, of the
/// 75 ns of a hit (bench `hit`).
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

/// A stored number of seconds as the type that applications work with.
pub(crate) fn time_of(seconds: UnixSeconds) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
}

/// A clock that can be cloned and has a `Debug` form.
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
        let coarse = SharedClock::default().since_epoch();
        let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        // A coarse clock ticks at least this often.
        let tick = Duration::from_millis(50);
        assert!(before.saturating_sub(tick) <= coarse && coarse <= after);
    }
}
