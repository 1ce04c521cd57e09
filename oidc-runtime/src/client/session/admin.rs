//! What an application does with the sessions of its users.

use std::time::SystemTime;

use super::ask::ask;
use crate::client::Oidc;
use crate::clock::time_of;
use crate::session::id::SessionId;

/// How many sessions one step of the sweeper removes.
const SWEEP_STEP: u32 = 1_000;

/// A session of a user, as [`Oidc::sessions_of`] lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Its name.
    pub id: SessionId,
    /// When the user signed in, to the second.
    pub signed_in_at: SystemTime,
    /// The last recorded use.
    pub seen_at: SystemTime,
    /// When it ends in any case.
    pub ends_at: SystemTime,
}

/// Why sessions could not be listed or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionsError {
    /// Sessions are switched off, or kept in cookies, which cannot be listed.
    Unsupported,
    /// The store does not respond.
    Unavailable,
}

impl std::fmt::Display for SessionsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unsupported => "sessions without a store cannot be listed",
            Self::Unavailable => "the session store is not available",
        })
    }
}

impl std::error::Error for SessionsError {}

impl Oidc {
    /// The name of the session cookie; `None` if sessions are switched off. A session that does not fit
    /// into one cookie has a second one, whose name has `.1` at its end.
    #[must_use]
    pub fn session_cookie(&self) -> Option<&str> {
        self.session_manager()
            .map(|sessions| sessions.names.first())
    }

    /// The living sessions of a user, the oldest first.
    ///
    /// ```
    /// use oidc::{Oidc, Principal, SessionsError};
    ///
    /// async fn devices(oidc: &Oidc, user: &Principal) -> Result<usize, SessionsError> {
    ///     Ok(oidc.sessions_of(user.subject()).await?.len())
    /// }
    /// ```
    ///
    /// # Errors
    /// [`SessionsError::Unsupported`] without a store, [`SessionsError::Unavailable`] if the store
    /// does not respond.
    pub async fn sessions_of(&self, subject: &str) -> Result<Vec<SessionInfo>, SessionsError> {
        let sessions = self
            .sessions_of_client()
            .ok_or(SessionsError::Unsupported)?;
        let listed = sessions.list(subject).await;
        let listed = listed.map_err(|_| SessionsError::Unavailable)?;
        let listed = listed.ok_or(SessionsError::Unsupported)?;
        let info = |session: oidc_stores::Summary| SessionInfo {
            id: SessionId::new(&session.key.hash),
            signed_in_at: time_of(session.signed_in_at),
            seen_at: time_of(session.seen_at),
            ends_at: time_of(session.ends_at),
        };
        Ok(listed.into_iter().map(info).collect())
    }

    /// Ends a session. Returns whether there was one; without a store, always `true`, and the session
    /// ends on this instance only, until it restarts. The refresh token is not revoked.
    ///
    /// # Errors
    /// [`SessionsError::Unsupported`] if sessions are switched off,
    /// [`SessionsError::Unavailable`] if the store does not respond.
    pub async fn end_session(&self, id: &SessionId) -> Result<bool, SessionsError> {
        let sessions = self
            .sessions_of_client()
            .ok_or(SessionsError::Unsupported)?;
        let ended = sessions.end_by_id(id).await;
        ended.map_err(|_| SessionsError::Unavailable)
    }

    /// Ends all sessions of a user that have begun so far.
    ///
    /// With a store they end on every instance: on this one at once, on others after
    /// [`Sessions::staleness`](crate::Sessions::staleness). Without a store they end on this instance
    /// only, and only until it restarts. Of those that it has seen lately (10,000 of all users at most)
    /// it revokes the refresh tokens, which ends them on other instances with the next refresh, if the
    /// provider has a revocation endpoint (RFC 7009). All others live on there to their end.
    ///
    /// It does not sign the user out at the provider.
    ///
    /// # Errors
    /// [`SessionsError::Unsupported`] if sessions are switched off,
    /// [`SessionsError::Unavailable`] if the store does not respond.
    pub async fn end_sessions_of(&self, subject: &str) -> Result<(), SessionsError> {
        let sessions = self
            .sessions_of_client()
            .ok_or(SessionsError::Unsupported)?;
        let ended = sessions.end_all_of(subject).await;
        ended.map_err(|_| SessionsError::Unavailable)
    }

    /// Removes sessions that are over from the store, up to 1,000. Returns how many; 0 means that
    /// nothing is left, or, with a very large table, that a part of it was looked through without finding
    /// any. Without a store it does nothing. The library does this by itself about every
    /// ten minutes.
    ///
    /// # Errors
    /// [`SessionsError::Unavailable`] if the store does not respond.
    pub async fn session_sweep(&self) -> Result<u64, SessionsError> {
        let Some(sessions) = self.sessions_of_client() else {
            return Ok(0);
        };
        let Some(store) = &sessions.settings.store else {
            return Ok(0);
        };
        let swept = store.sweep(sessions.manager.app, self.now_seconds(), SWEEP_STEP);
        let swept = ask("sweep", swept).await;
        swept.map_err(|_| SessionsError::Unavailable)
    }
}
