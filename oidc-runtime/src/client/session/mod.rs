//! The sessions of browsers: recognized, begun, renewed and ended.

mod access_token;
mod admin;
mod ask;
mod begin;
mod change;
mod end;
mod error;
mod handle;
mod identify;
mod layer;
mod refresh;
mod revoke;
mod stored;
mod sweep;
mod tokens;
mod userinfo;

use std::sync::Arc;

use crate::config::SessionSettings;
use crate::session::live::LiveSession;
use crate::session::manager::SessionManager;
use crate::session::sighting::Verdict;

pub use admin::{SessionInfo, SessionsError};
pub(crate) use ask::ask;
pub(crate) use begin::SignedIn;
pub(crate) use change::KeepError;
pub(crate) use end::EndCause;
pub use error::SessionError;
pub use handle::Session;
pub(crate) use identify::SessionFailure;
pub use layer::SessionLayer;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use layer::{Added, slot_for};

use super::Oidc;

/// The sessions of a client that has them switched on.
#[derive(Clone, Copy)]
pub(crate) struct SessionsOf<'o> {
    pub(crate) oidc: &'o Oidc,
    pub(crate) settings: &'o SessionSettings,
    pub(crate) manager: &'o SessionManager,
}

impl Oidc {
    /// `None` if sessions are switched off.
    pub(crate) fn sessions_of_client(&self) -> Option<SessionsOf<'_>> {
        Some(SessionsOf {
            oidc: self,
            settings: self.config().sessions.as_ref()?,
            manager: self.session_manager()?,
        })
    }
}

impl SessionsOf<'_> {
    /// The latest form of a session that this process knows.
    pub(crate) fn newest(self, live: &Arc<LiveSession>) -> Arc<LiveSession> {
        match self.manager.latest(live, self.oidc.now_seconds()) {
            Verdict::Live(newest) => newest,
            Verdict::Dead(_) => Arc::clone(live),
        }
    }

    /// The `Set-Cookie` fields of a session. A second cookie is removed if the session has none.
    pub(crate) fn set_cookies(self, live: &LiveSession, has_second: bool) -> Vec<String> {
        let now = self.oidc.now_seconds();
        self.manager
            .set_cookies(self.settings, live, now, has_second)
    }

    /// The `Set-Cookie` fields that remove it.
    pub(crate) fn removal(self) -> Vec<String> {
        self.manager.removal(self.settings).into()
    }
}
