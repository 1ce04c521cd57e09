//! Ends sessions.

use std::sync::Arc;

use oidc_stores::{Of, Summary};

use super::SessionsOf;
use super::ask::ask;
use super::identify::SessionFailure;
use crate::clock::UnixSeconds;
use crate::session::ended::EndOf;
use crate::session::id::SessionId;
use crate::session::live::LiveSession;
use crate::telemetry;

/// Why a session ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum EndCause {
    SignedOut,
    Provider,
    RefreshRefused,
    /// By another sign-in in the same browser.
    Replaced,
}

impl EndCause {
    fn label(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Provider => "provider",
            Self::RefreshRefused => "refresh_refused",
            Self::Replaced => "replaced",
        }
    }
}

impl SessionsOf<'_> {
    /// Ends a session here and in the store. The provider is told by the caller.
    pub(crate) async fn end(
        self,
        live: &Arc<LiveSession>,
        cause: EndCause,
    ) -> Result<(), SessionFailure> {
        let now = self.oidc.now_seconds();
        if let Some(store) = &self.settings.store {
            let Some(key) = self.manager.key(&live.id) else {
                return Ok(());
            };
            ask("remove", store.remove(&key)).await?;
        }
        self.manager
            .ended
            .end(live.id.clone(), self.latest_end(now), now);
        self.manager.forget(live);
        if let Some(renewal) = self.manager.unsaved.discard(&live.id) {
            self.revoke(renewal.tokens.refresh_text().as_deref());
        }
        telemetry::session_ended(cause.label());
        Ok(())
    }

    /// Ends a session by its id. Returns whether there was one, as far as that is known: without a
    /// store, only the session's own cookie tells.
    pub(crate) async fn end_by_id(self, id: &SessionId) -> Result<bool, SessionFailure> {
        if let Some(store) = &self.settings.store {
            let Some(key) = self.manager.key(id) else {
                return Ok(false);
            };
            if !ask("remove", store.remove(&key)).await? {
                return Ok(false);
            }
        }
        let now = self.oidc.now_seconds();
        self.manager
            .ended
            .end(id.clone(), self.latest_end(now), now);
        telemetry::session_ended(EndCause::SignedOut.label());
        Ok(true)
    }

    /// Ends all sessions of a user that have begun.
    pub(crate) async fn end_all_of(self, subject: &str) -> Result<(), SessionFailure> {
        telemetry::session_ended(EndCause::SignedOut.label());
        let Some(store) = &self.settings.store else {
            self.end_all_in_cookies(subject);
            return Ok(());
        };
        let removed = store.remove_all(self.manager.app, Of::Subject(subject), None);
        ask("remove_all", removed).await?;
        // The store knows which sessions have begun; the clocks of several instances do not.
        self.manager.forget_copies();
        Ok(())
    }

    /// Other instances accept these cookies until they have to refresh them, which fails for tokens that
    /// this instance knows.
    fn end_all_in_cookies(self, subject: &str) {
        let now = self.oidc.now_seconds();
        let of = EndOf::User {
            subject,
            signed_in_up_to: self.oidc.now_ms(),
        };
        self.manager.ended.end_all(of, self.latest_end(now), now);
        for live in self.manager.ended.newest() {
            if live.content.subject == subject {
                self.revoke(live.content.tokens.refresh_text().as_deref());
            }
        }
    }

    /// Ends the sessions that the provider has ended: of its session, or of the user, as far as they
    /// began up to this time of its clock.
    pub(crate) async fn end_for_provider(
        self,
        sid: Option<&str>,
        subject: Option<&str>,
        issued_up_to: UnixSeconds,
    ) -> Result<(), SessionFailure> {
        let (of, end_of) = match (sid, subject) {
            (Some(id), _) => (
                Of::ProviderSession(id),
                EndOf::ProviderSession { id, issued_up_to },
            ),
            (None, Some(subject)) => (
                Of::Subject(subject),
                EndOf::Subject {
                    subject,
                    issued_up_to,
                },
            ),
            (None, None) => return Ok(()),
        };
        self.end_up_to(of, end_of, issued_up_to).await
    }

    /// The same where nobody has signed that the provider's session has ended.
    pub(crate) async fn end_unsigned(
        self,
        sid: &str,
        issued_up_to: UnixSeconds,
    ) -> Result<(), SessionFailure> {
        let end_of = EndOf::Unsigned {
            id: sid,
            issued_up_to,
        };
        self.end_up_to(Of::ProviderSession(sid), end_of, issued_up_to)
            .await
    }

    async fn end_up_to(
        self,
        of: Of<'_>,
        end_of: EndOf<'_>,
        issued_up_to: UnixSeconds,
    ) -> Result<(), SessionFailure> {
        if let Some(store) = &self.settings.store {
            let removed = store.remove_all(self.manager.app, of, Some(issued_up_to));
            ask("remove_all", removed).await?;
        }
        let now = self.oidc.now_seconds();
        self.manager
            .ended
            .end_all(end_of, self.latest_end(now), now);
        telemetry::session_ended(EndCause::Provider.label());
        Ok(())
    }

    /// The sessions of a user that are alive. `None` without a store.
    pub(crate) async fn list(self, subject: &str) -> Result<Option<Vec<Summary>>, SessionFailure> {
        let Some(store) = &self.settings.store else {
            return Ok(None);
        };
        let now = self.oidc.now_seconds();
        let mut sessions = ask("list", store.list(self.manager.app, subject)).await?;
        sessions.retain(|session| now < session.idle_until && now < session.ends_at);
        sessions.sort_by_key(|session| session.signed_in_at);
        Ok(Some(sessions))
    }

    /// Until when an ended session has to be remembered: no cookie of today is accepted longer.
    fn latest_end(self, now: UnixSeconds) -> UnixSeconds {
        let longest = self
            .settings
            .remember
            .unwrap_or(0)
            .max(self.settings.lifetime);
        now.saturating_add(longest)
    }
}
