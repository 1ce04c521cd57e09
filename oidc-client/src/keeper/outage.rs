//! Renewals that have failed, for those who would fail as well.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::error::Error;

/// For how long nobody with a valid token waits for another try.
const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Outage(Mutex<Failures>);

#[derive(Debug, Default)]
struct Failures {
    count: u64,
    last: Option<(SystemTime, Error)>,
}

impl Outage {
    /// How many renewals have failed.
    pub(super) fn count(&self) -> u64 {
        self.failures().count
    }

    /// The last failure, if there was one after so many.
    pub(super) fn since(&self, count: u64) -> Option<Error> {
        let failures = self.failures();
        let (_, error) = failures.last.as_ref().filter(|_| failures.count > count)?;
        Some(error.clone())
    }

    pub(super) fn is_recent(&self, now: SystemTime) -> bool {
        let failures = self.failures();
        let since = |(at, _): &(SystemTime, Error)| now.duration_since(*at).ok();
        failures
            .last
            .as_ref()
            .and_then(since)
            .is_some_and(|since| since < PAUSE)
    }

    pub(super) fn note(&self, now: SystemTime, error: &Error) {
        let mut failures = self.failures();
        failures.count += 1;
        failures.last = Some((now, error.clone()));
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
