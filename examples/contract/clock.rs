//! A clock that tests move forward.

use std::env::var;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use serde::Deserialize;

static AHEAD_MS: AtomicU64 = AtomicU64::new(0);

/// The body of `POST /_clock`.
#[derive(Deserialize)]
pub(crate) struct Advance {
    /// In seconds.
    pub(crate) advance: f64,
}

/// Whether there is such a route.
pub(crate) fn has_hooks() -> bool {
    var("TEST_HOOKS").is_ok_and(|value| value == "1")
}

pub(crate) fn now() -> SystemTime {
    SystemTime::now() + Duration::from_millis(AHEAD_MS.load(Ordering::Relaxed))
}

/// Whether the clock could be moved.
pub(crate) fn move_by(Advance { advance }: &Advance) -> bool {
    let Ok(time) = Duration::try_from_secs_f64(*advance) else {
        return false;
    };
    let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    AHEAD_MS.fetch_add(milliseconds, Ordering::Relaxed);
    true
}
