//! When a session was read from its store.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What the times of this process count from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// When a session was read from its store last, in nanoseconds. A later read that finds nothing new
/// only moves it forward.
#[derive(Debug)]
pub(crate) struct ReadAt(AtomicU64);

impl ReadAt {
    pub(crate) fn new(at: Instant) -> Self {
        Self(AtomicU64::new(nanoseconds(at)))
    }

    pub(crate) fn renew(&self, at: Instant) {
        self.0.fetch_max(nanoseconds(at), Ordering::Relaxed);
    }

    pub(super) fn is_after(&self, other: &Self) -> bool {
        self.0.load(Ordering::Relaxed) > other.0.load(Ordering::Relaxed)
    }

    pub(crate) fn is_within(&self, age: Duration) -> bool {
        let now = nanoseconds(Instant::now());
        let passed = now.saturating_sub(self.0.load(Ordering::Relaxed));
        Duration::from_nanos(passed) < age
    }
}

impl Clone for ReadAt {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

fn nanoseconds(at: Instant) -> u64 {
    let passed = at.saturating_duration_since(*START).as_nanos();
    u64::try_from(passed).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn it_moves_forward_only() {
        let now = Instant::now();
        let read_at = ReadAt::new(now + 2 * HOUR);
        read_at.renew(now + HOUR);
        assert!(read_at.is_within(Duration::from_nanos(1)), "it is ahead");
        read_at.renew(now + 3 * HOUR);
        assert_eq!(
            read_at.0.load(Ordering::Relaxed),
            nanoseconds(now + 3 * HOUR)
        );
    }

    #[test]
    fn the_same_moment_is_not_after() {
        let now = Instant::now();
        let (earlier, later) = (ReadAt::new(now), ReadAt::new(now + HOUR));
        assert!(later.is_after(&earlier));
        assert!(!earlier.is_after(&later) && !earlier.is_after(&earlier));
    }

    #[test]
    fn nothing_is_within_no_time() {
        let read_at = ReadAt::new(Instant::now());
        assert!(read_at.is_within(HOUR));
        assert!(!read_at.is_within(Duration::ZERO));
    }
}
