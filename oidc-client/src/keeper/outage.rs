//! Renewals that fail or take long, for those who would fail or wait as well.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::error::Error;

/// For how long nobody with a valid token waits for another try.
const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    failures: u64,
    last: Option<Error>,
    at: Option<SystemTime>,
}

impl Outage {
    /// How many renewals have failed.
    pub(super) fn failures(&self) -> u64 {
        self.seen().failures
    }

    /// The last failure, if there was one after so many.
    pub(super) fn since(&self, failures: u64) -> Option<Error> {
        let seen = self.seen();
        seen.last.clone().filter(|_| seen.failures > failures)
    }

    /// Whether it was there a moment ago.
    pub(super) fn is_recent(&self, now: SystemTime) -> bool {
        let since = self.seen().at.and_then(|at| now.duration_since(at).ok());
        since.is_some_and(|since| since < PAUSE)
    }

    pub(super) fn failed(&self, now: SystemTime, error: &Error) {
        let mut seen = self.seen();
        seen.failures += 1;
        seen.last = Some(error.clone());
        seen.at = Some(now);
    }

    pub(super) fn took_long(&self, now: SystemTime) {
        self.seen().at = Some(now);
    }

    pub(super) fn is_over(&self) {
        self.seen().at = None;
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
