//! A clock that a test can move forward.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

static AHEAD_MS: AtomicU64 = AtomicU64::new(0);

pub(crate) fn now() -> SystemTime {
    SystemTime::now() + Duration::from_millis(AHEAD_MS.load(Ordering::SeqCst))
}

pub(crate) fn advance(by: Duration) {
    let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
    AHEAD_MS.fetch_add(by, Ordering::SeqCst);
}
