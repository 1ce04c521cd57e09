//! Recognizes the session of a request.

use std::sync::Arc;

use super::SessionsOf;
use crate::clock::UnixSeconds;
use crate::config::Refresh;
use crate::request::RequestParts;
use crate::session::cookies::Presented;
use crate::session::live::{LiveSession, Place};
use crate::session::origin::CrossOrigin;
use crate::session::refreshing::Refreshed;
use crate::session::sighting::{Dead, Sighting, Verdict};
use crate::session::slot::{CookieEffect, SessionSlot};
use crate::telemetry;
use crate::token::VerifiedUser;

/// The user of a request, by its session cookie; `None` if there is no living session.
pub(crate) type Caller = Option<Arc<VerifiedUser>>;

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
        let now = self.oidc.now_seconds();
        let slot = request.extension::<SessionSlot>();
        let again = slot.as_ref().map(|slot| self.again(request, slot, now));
        if let Some(live) = again.flatten() {
            // What the origin is checked for may have changed, too.
            let allowed = self.check_origin(request);
            return Some(allowed.map(|()| Some(Arc::clone(&live.user))));
        }
        let sighting = self.manager.sight(self.oidc.config(), request, now);
        match (sighting, slot) {
            (Sighting::None, slot) => Some(Ok(anonymous(slot.as_ref()))),
            (_, None) => Some(Err(layer_missing())),
            (Sighting::Stored(_), _) => None,
            (Sighting::Live(live, _), _) if self.must_wait_for(&live, now) => None,
            (sighting, Some(slot)) => Some(self.admit(sighting, request, &slot, now)),
        }
    }

    /// The same where [`caller_now`](Self::caller_now) could not tell.
    pub(crate) async fn caller_later(
        self,
        request: &RequestParts<'_>,
    ) -> Result<Caller, SessionFailure> {
        let slot = request.extension::<SessionSlot>();
        let slot = slot.ok_or_else(layer_missing)?;
        let sighting = self.sight_later(request).await?;
        let now = self.oidc.now_seconds();
        let Sighting::Live(live, presented) = sighting else {
            return self.admit(sighting, request, &slot, now);
        };
        // A use counts from now on, not from when the provider has responded.
        let live = self.allowed(live, request, now)?;
        if !self.must_wait_for(&live, now) {
            return Ok(Some(self.welcome(live, &presented, &slot, now)));
        }
        let sighting = match self.refreshed(&live).await {
            Refreshed::Ended => Sighting::Dead(Dead::Ended),
            // The user may have signed out meanwhile.
            Refreshed::Renewed(_) | Refreshed::Failed => self.sight_later(request).await?,
        };
        self.admit(sighting, request, &slot, self.oidc.now_seconds())
    }

    /// The session that was recognized before in the same request, unless it has to be looked at anew.
    pub(crate) fn again(
        self,
        request: &RequestParts<'_>,
        slot: &SessionSlot,
        now: UnixSeconds,
    ) -> Option<Arc<LiveSession>> {
        let live = slot.recognized_by(self.manager.id)?;
        let is_still =
            self.manager.is_still(&live, request, now) && !self.must_wait_for(&live, now);
        is_still.then_some(live)
    }

    /// What the cookie stands for, with the store's help.
    pub(crate) async fn sight_later<'r>(
        self,
        request: &RequestParts<'r>,
    ) -> Result<Sighting<'r>, SessionFailure> {
        let now = self.oidc.now_seconds();
        let presented = match self.manager.sight(self.oidc.config(), request, now) {
            Sighting::Stored(presented) => presented,
            sighting => return Ok(sighting),
        };
        let loaded = self.load(presented.first).await;
        let live = match loaded? {
            Ok(live) => live,
            Err(dead) => return Ok(Sighting::Dead(dead)),
        };
        Ok(match self.manager.judge(live, self.oidc.now_seconds()) {
            Verdict::Live(live) => Sighting::Live(live, presented),
            Verdict::Dead(dead) => Sighting::Dead(dead),
        })
    }

    /// Whether the claims have expired with the access token, so that the request waits for new ones.
    fn must_wait_for(self, live: &LiveSession, now: UnixSeconds) -> bool {
        let tokens = &live.content.tokens;
        self.settings.refresh == Refresh::Eager
            && tokens.is_expired(now)
            && tokens.is_due(now)
            && !self.manager.pauses.contain(&live.id, now)
    }

    fn admit(
        self,
        sighting: Sighting<'_>,
        request: &RequestParts<'_>,
        slot: &SessionSlot,
        now: UnixSeconds,
    ) -> Result<Caller, SessionFailure> {
        match sighting {
            Sighting::Live(live, presented) => {
                let live = self.allowed(live, request, now)?;
                Ok(Some(self.welcome(live, &presented, slot, now)))
            }
            Sighting::Dead(dead) => {
                telemetry::refused(dead.code());
                tracing::debug!(code = dead.code(), "a session cookie is no session");
                slot.change(|effects| effects.cookie = CookieEffect::Remove);
                Ok(anonymous(Some(slot)))
            }
            Sighting::None | Sighting::Stored(_) => Ok(anonymous(Some(slot))),
        }
    }

    /// The session, used once more, if no other site may have sent the request.
    fn allowed(
        self,
        live: Arc<LiveSession>,
        request: &RequestParts<'_>,
        now: UnixSeconds,
    ) -> Result<Arc<LiveSession>, SessionFailure> {
        self.check_origin(request)?;
        Ok(self.note_use(&live, now).unwrap_or(live))
    }

    fn check_origin(self, request: &RequestParts<'_>) -> Result<(), SessionFailure> {
        let allowed = self.manager.origins.allows(request);
        allowed.map_err(SessionFailure::CrossOrigin)
    }

    fn welcome(
        self,
        live: Arc<LiveSession>,
        presented: &Presented<'_>,
        slot: &SessionSlot,
        now: UnixSeconds,
    ) -> Arc<VerifiedUser> {
        let cookie = cookie_effect(&live, presented);
        self.refresh_ahead(&live, now);
        let user = Arc::clone(&live.user);
        slot.change(|effects| {
            effects.varies = true;
            effects.is_private = true;
            effects.has_second = presented.second.is_some();
            if let Some(cookie) = cookie {
                effects.cookie = cookie;
            }
            effects.recognized = Some((self.manager.id, live));
        });
        user
    }

    fn refresh_ahead(self, live: &Arc<LiveSession>, now: UnixSeconds) {
        if self.settings.refresh == Refresh::Eager
            && live.content.tokens.is_due(now)
            && !self.manager.pauses.contain(&live.id, now)
        {
            self.refresh(live);
        }
    }
}

/// The browser gets the newest cookie if it has sent an older one, or a second one that does not belong
/// to the session.
fn cookie_effect(live: &Arc<LiveSession>, presented: &Presented<'_>) -> Option<CookieEffect> {
    let Place::Cookie(parts) = &live.place else {
        return None;
    };
    let is_newest = parts.are_sent(presented);
    let has_leftover = presented.second.is_some() && parts.second.is_none();
    (!is_newest || has_leftover).then(|| CookieEffect::Send(Arc::clone(live)))
}

fn anonymous(slot: Option<&SessionSlot>) -> Caller {
    if let Some(slot) = slot {
        slot.change(|effects| effects.varies = true);
    }
    None
}

fn layer_missing() -> SessionFailure {
    tracing::error!(
        code = "sessions_layer_missing",
        "a request with a session cookie did not pass the session layer: add \
         `.layer(oidc.sessions())` to the axum router, or `.wrap(oidc.sessions())` to the actix-web \
         app"
    );
    SessionFailure::LayerMissing
}
