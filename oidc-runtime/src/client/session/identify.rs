//! Recognizes the session of a request.

use std::sync::Arc;

use oidc_stores::StoreError;

use super::SessionsOf;
use crate::config::Refresh;
use crate::request::RequestParts;
use crate::session::live::{LiveSession, Place};
use crate::session::manager::{Dead, Sighting};
use crate::session::origin::CrossOrigin;
use crate::session::refreshing::Refreshed;
use crate::session::slot::{CookieEffect, SessionSlot};
use crate::telemetry;

/// Who sends a request, by its session cookie.
#[derive(Clone)]
pub(crate) enum Caller {
    /// There is no living session.
    Anonymous,
    Session(Arc<LiveSession>),
}

/// Why a request with a session cookie is rejected, whatever its route demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionFailure {
    /// Another site may have sent it.
    CrossOrigin(CrossOrigin),
    /// The store does not respond.
    StoreUnavailable,
    /// The application lacks the layer that sends cookies.
    LayerMissing,
}

impl SessionsOf<'_> {
    /// Who sends the request; `None` if the store or a refresh has to be awaited.
    pub(crate) fn caller_now(
        self,
        request: &RequestParts<'_>,
    ) -> Option<Result<Caller, SessionFailure>> {
        let slot = request.extension::<SessionSlot>();
        if let Some(slot) = &slot {
            slot.change(|effects| effects.varies = true);
        }
        let sighting = self.manager.sight(self.oidc.config(), request);
        if let Sighting::None = sighting {
            return Some(Ok(Caller::Anonymous));
        }
        let Some(slot) = slot else {
            layer_missing();
            return Some(Err(SessionFailure::LayerMissing));
        };
        match sighting {
            Sighting::Stored => None,
            Sighting::Live(live) if self.must_wait_for(&live) => None,
            sighting => Some(self.admit(sighting, request, &slot)),
        }
    }

    /// The same where [`caller_now`](Self::caller_now) could not tell.
    pub(crate) async fn caller_later(
        self,
        request: &RequestParts<'_>,
    ) -> Result<Caller, SessionFailure> {
        let slot = request.extension::<SessionSlot>();
        let slot = slot.ok_or(SessionFailure::LayerMissing)?;
        let mut sighting = self.sight_later(request).await?;
        if let Sighting::Live(live) = &sighting
            && self.must_wait_for(live)
        {
            sighting = match self.refresh(live).wait().await {
                Refreshed::Renewed(live) => Sighting::Live(live),
                Refreshed::Ended => Sighting::Dead(Dead::Ended),
                // The user may have signed out meanwhile.
                Refreshed::Failed => self.manager.latest(live, self.oidc.now_seconds()),
            };
        }
        self.admit(sighting, request, &slot)
    }

    /// What the cookie stands for, with the store's help.
    pub(crate) async fn sight_later(
        self,
        request: &RequestParts<'_>,
    ) -> Result<Sighting, SessionFailure> {
        match self.manager.sight(self.oidc.config(), request) {
            Sighting::Stored => {}
            sighting => return Ok(sighting),
        }
        let Some(value) = self.manager.presented(request) else {
            return Ok(Sighting::None);
        };
        let loaded = self
            .load(value)
            .await
            .map_err(|error| store_failed(&error))?;
        Ok(match loaded {
            Ok(live) => self.manager.judge(live, self.oidc.now_seconds()),
            Err(dead) => Sighting::Dead(dead),
        })
    }

    /// Whether the claims have expired with the access token, so that the request waits for new ones.
    fn must_wait_for(self, live: &LiveSession) -> bool {
        let now = self.oidc.now_seconds();
        let tokens = &live.content.tokens;
        self.settings.refresh == Refresh::Eager
            && tokens.is_due(now)
            && tokens.is_expired(now)
            && !self.manager.is_paused(&live.id, now)
    }

    fn admit(
        self,
        sighting: Sighting,
        request: &RequestParts<'_>,
        slot: &SessionSlot,
    ) -> Result<Caller, SessionFailure> {
        match sighting {
            Sighting::Live(live) => {
                let allowed = self.manager.origins.allows(request, None);
                allowed.map_err(SessionFailure::CrossOrigin)?;
                slot.change(|effects| effects.is_private = true);
                self.send_newest(&live, request, slot);
                let live = self.note_use(live, slot);
                self.refresh_ahead(&live);
                Ok(Caller::Session(live))
            }
            Sighting::Dead(dead) => {
                telemetry::refused(dead.code());
                tracing::debug!(code = dead.code(), "a session cookie is no session");
                slot.change(|effects| effects.cookie = CookieEffect::Remove);
                Ok(Caller::Anonymous)
            }
            Sighting::None | Sighting::Stored => Ok(Caller::Anonymous),
        }
    }

    /// If the browser has sent an older cookie of the session, it gets the newest again.
    fn send_newest(self, live: &Arc<LiveSession>, request: &RequestParts<'_>, slot: &SessionSlot) {
        let Place::Cookie(parts) = &live.place else {
            return;
        };
        let is_newest = self.manager.presented(request) == Some(parts.first.as_bytes());
        let has_second = self.manager.has_second(request);
        let has_leftover = has_second && parts.second.is_none();
        slot.change(|effects| effects.has_second = has_second);
        if !is_newest || has_leftover {
            slot.change(|effects| effects.cookie = CookieEffect::Send(Arc::clone(live)));
        }
    }

    fn refresh_ahead(self, live: &Arc<LiveSession>) {
        let now = self.oidc.now_seconds();
        if self.settings.refresh == Refresh::Eager
            && live.content.tokens.is_due(now)
            && !self.manager.is_paused(&live.id, now)
        {
            self.refresh(live);
        }
    }
}

/// The store's errors contain no secrets.
pub(crate) fn store_failed(error: &StoreError) -> SessionFailure {
    telemetry::refused("store_unavailable");
    tracing::warn!(
        code = "store_unavailable",
        "the session store failed: {error}"
    );
    SessionFailure::StoreUnavailable
}

fn layer_missing() {
    tracing::error!(
        code = "sessions_layer_missing",
        "a request with a session cookie did not pass the session layer: add \
         `.layer(oidc.sessions())` to the axum router, or `.wrap(oidc.sessions())` to the actix-web \
         app"
    );
}
