//! Renewed tokens that could not be saved.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::content::Tokens;
use super::id::SessionId;
use super::recent::Recent;
use crate::clock::UnixSeconds;

/// How many sessions may wait for a store. Their tokens take some kilobytes each.
const MAX: usize = 10_000;

/// What the provider has returned for sessions whose store failed. The provider may have replaced their
/// refresh tokens, so that it would take another refresh for a theft.
pub(crate) struct Unsaved(Mutex<Recent<SessionId, Renewal>>);

/// The result of a refresh.
#[derive(Clone)]
pub(crate) struct Renewal {
    pub(crate) tokens: Tokens,
    /// Whether they were verified; `false` if the provider's keys cannot be fetched.
    pub(crate) is_verified: bool,
    /// The refreshes of the session before this one.
    pub(crate) refreshes: u64,
}

impl Unsaved {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Recent::new(MAX)))
    }

    pub(crate) fn keep(
        &self,
        id: &SessionId,
        renewal: Renewal,
        until: UnixSeconds,
        now: UnixSeconds,
    ) {
        let _forgotten = !self.lock().set(id.clone(), renewal, until, now);
    }

    pub(crate) fn contains(&self, id: &SessionId) -> bool {
        self.lock().get(id).is_some()
    }

    /// What was returned for a session that has ended meanwhile.
    pub(crate) fn discard(&self, id: &SessionId) -> Option<Renewal> {
        let mut renewals = self.lock();
        let renewal = renewals.get(id).cloned();
        renewals.remove(id);
        renewal
    }

    /// What follows this many refreshes of the session.
    pub(crate) fn take(&self, id: &SessionId, refreshes: u64) -> Option<Renewal> {
        self.discard(id)
            .filter(|renewal| renewal.refreshes == refreshes)
    }

    fn lock(&self) -> MutexGuard<'_, Recent<SessionId, Renewal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
