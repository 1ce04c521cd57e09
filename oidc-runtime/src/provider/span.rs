//! Spans of wall-clock time that stay right when the clock is set.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How far the clock may be set back without ending the spans that have begun.
const TOLERANCE: Duration = Duration::from_secs(30);

/// From a moment on, for some time; both since the Unix epoch.
///
/// A span has a beginning, so one that began in the future is not under way: the clock was ahead
/// when it was noted, and to wait for its end could take for ever. Corrections of the clock by
/// seconds, up to the length of the span itself, are tolerated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: Duration,
    until: Duration,
}

impl Span {
    pub(super) fn new(begin: Duration, length: Duration) -> Self {
        Self {
            from: begin.saturating_sub(length.min(TOLERANCE)),
            until: begin.saturating_add(length),
        }
    }

    pub(super) fn contains(self, now: Duration) -> bool {
        (self.from..self.until).contains(&now)
    }

    /// How much of it is left; nothing if it is not under way.
    pub(super) fn left(self, now: Duration) -> Duration {
        if self.contains(now) {
            self.until.saturating_sub(now)
        } else {
            Duration::ZERO
        }
    }
}

/// A [`Span`] that requests look at without a lock, in milliseconds. At first it contains nothing.
#[derive(Debug, Default)]
pub(super) struct SharedSpan {
    from: AtomicU64,
    length: AtomicU64,
}

impl SharedSpan {
    pub(super) fn contains(&self, now: Duration) -> bool {
        let from = self.from.load(Ordering::Acquire);
        self.contains_from(from, now)
    }

    /// Whoever sees the span sees what was written before, too.
    pub(super) fn set(&self, span: Span) {
        let (from, length) = parts(span);
        self.length.store(length, Ordering::Relaxed);
        self.from.store(from, Ordering::Release);
    }

    /// Sets the span unless one is under way; true for only one of several threads.
    pub(super) fn set_if_over(&self, now: Duration, span: Span) -> bool {
        let old = self.from.load(Ordering::Acquire);
        if self.contains_from(old, now) {
            return false;
        }
        let (from, length) = parts(span);
        let is_first = self
            .from
            .compare_exchange(old, from, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok();
        if is_first {
            self.length.store(length, Ordering::Relaxed);
        }
        is_first
    }

    /// One subtraction: what lies before the beginning wraps to more than any length.
    fn contains_from(&self, from: u64, now: Duration) -> bool {
        millis(now).wrapping_sub(from) < self.length.load(Ordering::Relaxed)
    }
}

fn parts(span: Span) -> (u64, u64) {
    let from = millis(span.from);
    (from, millis(span.until).saturating_sub(from))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: u64 = 365 * 24 * 60 * 60;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Of a span that begins at 1000: its length, a moment, and how much is left then.
    const MOMENTS: [(u64, u64, u64); 13] = [
        (300, 1000, 300),
        (300, 1299, 1),
        (300, 1300, 0),
        (300, 1000 + YEAR, 0),
        (300, 999, 301),
        (300, 970, 330),
        (300, 969, 0),
        (300, 0, 0),
        (10, 1009, 1),
        (10, 1010, 0),
        (10, 990, 20),
        (10, 989, 0),
        (0, 1000, 0),
    ];

    #[test]
    fn a_span_that_began_in_the_future_is_not_under_way() {
        for (length, now, left) in MOMENTS {
            let span = Span::new(at(1000), at(length));
            assert_eq!(span.left(at(now)), at(left), "{length} s, {now}");
            let shared = SharedSpan::default();
            shared.set(span);
            assert_eq!(shared.contains(at(now)), left > 0, "{length} s, {now}");
        }
    }

    #[test]
    fn at_first_it_contains_nothing() {
        let shared = SharedSpan::default();
        assert!(!shared.contains(at(0)));
        assert!(!shared.contains(at(YEAR)));
    }

    #[test]
    fn the_clock_may_be_set_before_1970() {
        let span = Span::new(at(0), at(300));
        assert!(span.contains(at(0)) && !span.contains(at(300)));
    }

    #[test]
    fn one_thread_begins_the_next_one() {
        let shared = SharedSpan::default();
        shared.set(Span::new(at(1000), at(300)));
        let next = || Span::new(at(1300), at(60));
        assert!(!shared.set_if_over(at(1299), next()));
        assert!(shared.set_if_over(at(1300), next()));
        assert!(!shared.set_if_over(at(1300), next()));
        assert!(shared.contains(at(1359)) && !shared.contains(at(1360)));
    }
}
