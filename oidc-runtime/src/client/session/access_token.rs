//! The access token of a session, for calls to other services.

use std::sync::Arc;

use super::error::SessionError;
use crate::answer::{Browser, Rejection};
use crate::client::Oidc;
use crate::clock::UnixSeconds;
use crate::config::Refresh;
use crate::session::live::LiveSession;
use crate::session::refreshing::Refreshed;
use crate::session::sighting::{Dead, Verdict};

/// How long an access token is valid at least, so that it can be used; half of its lifetime if that is
/// shorter.
const MIN_LIFE: UnixSeconds = 30;

impl Oidc {
    /// The session with an access token that is valid for a while, refreshed first if need be.
    pub(super) async fn with_valid_token(
        &self,
        live: Arc<LiveSession>,
    ) -> Result<Arc<LiveSession>, SessionError> {
        let Some(sessions) = self.sessions_of_client() else {
            return Err(self.session_ended());
        };
        let now = self.now_seconds();
        let tokens = &live.content.tokens;
        let is_short = tokens.expires_at.saturating_sub(now) < MIN_LIFE.min(tokens.lifetime() / 2);
        let is_due = sessions.settings.refresh == Refresh::OnDemand && tokens.is_due(now);
        if !(is_short || is_due || tokens.is_expired(now)) {
            return Ok(live);
        }
        let can_refresh =
            tokens.refresh_token.is_some() && !sessions.manager.pauses.contain(&live.id, now);
        let refreshed = if can_refresh {
            sessions.refreshed(&live).await
        } else {
            Refreshed::Failed
        };
        // The user may have signed out meanwhile.
        let now = self.now_seconds();
        match refreshed {
            Refreshed::Renewed(live) => match sessions.manager.latest(&live, now) {
                Verdict::Dead(_) => Err(self.session_ended()),
                // They had waited for the store for longer than they are valid.
                Verdict::Live(live) if live.content.tokens.is_expired(now) => {
                    Err(SessionError::Unavailable)
                }
                Verdict::Live(live) => Ok(live),
            },
            Refreshed::Ended => Err(self.session_ended()),
            Refreshed::Failed => match sessions.manager.latest(&live, now) {
                Verdict::Live(live) if !live.content.tokens.is_expired(now) => Ok(live),
                Verdict::Dead(Dead::Ended) => Err(self.session_ended()),
                // That a copy in memory is idle says nothing.
                Verdict::Live(_) | Verdict::Dead(_) => Err(SessionError::Unavailable),
            },
        }
    }

    /// The session has ended since its request began. The user can sign in again.
    pub(super) fn session_ended(&self) -> SessionError {
        let login = self
            .sessions_of_client()
            .map(|sessions| sessions.settings.paths.login.clone());
        let rejection: Rejection = self.missing().map(|refusal| {
            refusal.code = "session_ended";
            refusal.description = "the session has ended".into();
            refusal.browser = login.map(|url| Browser::Login {
                url,
                is_htmx: false,
            });
        });
        SessionError::Ended(rejection)
    }
}
