//! What a request's guards, extractors and endpoints ask of the response that the session layer
//! sends.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::live::LiveSession;
use super::manager::ManagerId;

/// Travels with a request, from the layer to whoever looks at its session and back.
#[derive(Clone, Default)]
pub(crate) struct SessionSlot(Arc<Mutex<Effects>>);

/// What happens to the response, and whose it is.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub(crate) cookie: CookieEffect,
    /// The request has a second session cookie.
    pub(crate) has_second: bool,
    /// The response depends on the cookie.
    pub(crate) varies: bool,
    /// The response is of a session, so no shared cache may store it.
    pub(crate) is_private: bool,
    /// The session that was recognized last, and who did. Others have to see for themselves whether it
    /// is still the session of the request.
    pub(crate) recognized: Option<(ManagerId, Arc<LiveSession>)>,
}

/// What happens to the session cookie.
#[derive(Debug, Default)]
pub(crate) enum CookieEffect {
    #[default]
    Keep,
    /// Sends what is the newest cookie of this session when the response leaves.
    Send(Arc<LiveSession>),
    /// Removes it.
    Remove,
    /// The response has what is needed already.
    Done,
}

impl SessionSlot {
    pub(crate) fn change(&self, change: impl FnOnce(&mut Effects)) {
        change(&mut self.lock());
    }

    pub(crate) fn take(&self) -> Effects {
        mem::take(&mut self.lock())
    }

    /// The session that this manager has recognized before.
    pub(crate) fn recognized_by(&self, manager: ManagerId) -> Option<Arc<LiveSession>> {
        let effects = self.lock();
        let (by, live) = effects.recognized.as_ref()?;
        (*by == manager).then(|| Arc::clone(live))
    }

    fn lock(&self) -> MutexGuard<'_, Effects> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
