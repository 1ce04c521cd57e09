//! The pauses after failed refreshes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::id::SessionId;
use super::recent::Recent;
use crate::clock::UnixSeconds;

/// How many failed refreshes are remembered.
const MAX: usize = 100_000;
/// In seconds. They double each time.
const SHORTEST: UnixSeconds = 5;
const LONGEST: UnixSeconds = 60;

/// Which sessions are not refreshed for a while, because it failed.
pub(crate) struct Pauses(Mutex<Recent<SessionId, Pause>>);

#[derive(Clone, Copy)]
struct Pause {
    until: UnixSeconds,
    length: UnixSeconds,
}

impl Pauses {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Recent::new(MAX)))
    }

    pub(crate) fn contain(&self, id: &SessionId, now: UnixSeconds) -> bool {
        self.lock().get(id).is_some_and(|pause| now < pause.until)
    }

    /// Begins a pause after a failure.
    pub(crate) fn begin(&self, id: &SessionId, now: UnixSeconds) {
        let mut pauses = self.lock();
        let is_recent = |pause: &&Pause| now <= pause.until.saturating_add(LONGEST);
        let last = pauses.get(id).filter(is_recent);
        let last = last.map_or(0, |pause| pause.length);
        let length = (2 * last).clamp(SHORTEST, LONGEST);
        let until = now.saturating_add(length);
        let pause = Pause { until, length };
        let _forgotten = !pauses.set(id.clone(), pause, until.saturating_add(LONGEST), now);
    }

    /// Forgets the failures of a session.
    pub(crate) fn end(&self, id: &SessionId) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, Recent<SessionId, Pause>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute() {
        let (pauses, id) = (Pauses::new(), SessionId::new(&[1; 16]));
        let mut now = 1_000;
        for length in [5, 10, 20, 40, 60, 60] {
            assert!(!pauses.contain(&id, now));
            pauses.begin(&id, now);
            assert!(pauses.contain(&id, now + length - 1));
            now += length;
        }
        pauses.begin(&id, now);
        pauses.end(&id);
        assert!(!pauses.contain(&id, now));
        pauses.begin(&id, now);
        assert!(!pauses.contain(&id, now + SHORTEST), "it begins anew");
    }
}
