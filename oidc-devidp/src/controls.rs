//! The faults and tampers in force, and the counters.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::endpoint::Endpoint;
use crate::fault::Fault;
use crate::sync::lock;
use crate::tamper::Tamper;

/// What stands for a wrong issuer.
pub(crate) const ANOTHER_ISSUER: &str = "https://another-issuer.example";

#[derive(Debug, Default)]
pub(crate) struct Controls {
    faults: Mutex<HashMap<Endpoint, Active>>,
    tampers: Mutex<HashSet<Tamper>>,
    hits: Mutex<HashMap<Endpoint, usize>>,
    /// Faults so far.
    count: AtomicUsize,
    /// Wakes whoever waits for the end of a fault.
    changed: Notify,
}

/// A fault in force, with its number: the same one may come again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Active {
    pub(crate) fault: Fault,
    number: usize,
}

impl Controls {
    /// Counts a request and returns how it has to fail.
    pub(crate) fn hit(&self, endpoint: Endpoint) -> Option<Active> {
        self.count(endpoint);
        lock(&self.faults).get(&endpoint).cloned()
    }

    pub(crate) fn count(&self, endpoint: Endpoint) {
        *lock(&self.hits).entry(endpoint).or_default() += 1;
    }

    pub(crate) fn hits(&self, endpoint: Endpoint) -> usize {
        lock(&self.hits).get(&endpoint).copied().unwrap_or_default()
    }

    pub(crate) fn reset_hits(&self) {
        lock(&self.hits).clear();
    }

    pub(crate) fn fault(&self, endpoint: Endpoint, fault: Fault) {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        lock(&self.faults).insert(endpoint, Active { fault, number });
        self.changed.notify_waiters();
    }

    pub(crate) fn heal(&self) {
        lock(&self.faults).clear();
        self.changed.notify_waiters();
    }

    /// Waits until the endpoint has this fault no longer.
    pub(crate) async fn end_of(&self, endpoint: Endpoint, active: &Active) {
        loop {
            let changed = self.changed.notified();
            if lock(&self.faults).get(&endpoint) != Some(active) {
                return;
            }
            changed.await;
        }
    }

    pub(crate) fn wrong_issuer(&self, endpoint: Endpoint) -> bool {
        let faults = lock(&self.faults);
        faults
            .get(&endpoint)
            .is_some_and(|active| active.fault == Fault::WrongIssuer)
    }

    pub(crate) fn tamper(&self, tamper: Tamper) {
        lock(&self.tampers).insert(tamper);
    }

    pub(crate) fn untamper(&self) {
        lock(&self.tampers).clear();
    }

    pub(crate) fn is(&self, tamper: Tamper) -> bool {
        lock(&self.tampers).contains(&tamper)
    }
}
