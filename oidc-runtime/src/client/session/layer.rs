//! The layer that sends the cookies of sessions.

use std::borrow::Cow;
use std::fmt;

use crate::client::{Credentials, Oidc};
use crate::request::Authorization;
use crate::session::sighting::Verdict;
use crate::session::slot::{CookieEffect, Effects, SessionSlot};

/// Sends the cookies of sessions: a tower layer for axum, a middleware for actix-web. Created by
/// [`Oidc::sessions`].
#[derive(Clone)]
pub struct SessionLayer {
    oidc: Oidc,
}

impl Oidc {
    /// The layer that sets and removes the cookies of sessions, around all routes of an application
    /// that has sessions: `.layer(oidc.sessions())` on axum, `.wrap(oidc.sessions())` on actix-web. A
    /// request with a session cookie that does not pass it is rejected with 500, and the log says so.
    ///
    /// Responses to a session's requests get `Cache-Control: no-store` unless they have a
    /// `Cache-Control` of their own, and responses that depend on the cookie get `Vary: Cookie`.
    #[must_use]
    pub fn sessions(&self) -> SessionLayer {
        SessionLayer { oidc: self.clone() }
    }
}

/// What travels with a request; `None` for one with a bearer token, whose cookies mean nothing.
///
/// perf: it costs 140 ns of a request on axum (bench `session`, "token beside sessions").
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) fn slot_for(authorization: Authorization<'_>) -> Option<SessionSlot> {
    let may_be_a_session = Credentials::of(authorization) == Credentials::Absent;
    may_be_a_session.then(SessionSlot::default)
}

/// A field that the layer adds to a response, by its name.
#[derive(Clone, Copy)]
pub(crate) enum Added {
    SetCookie,
    CacheControl,
    Vary,
}

impl SessionLayer {
    /// The fields that the layer adds to a response, which may have a `Cache-Control` of its own.
    pub(crate) fn additions(
        &self,
        slot: &SessionSlot,
        has_cache_control: bool,
    ) -> impl Iterator<Item = (Added, Cow<'static, str>)> {
        let Effects {
            cookie,
            has_second,
            varies,
            is_private,
            recognized: _,
        } = slot.take();
        let set_cookies = self.set_cookies(cookie, has_second).into_iter();
        let no_store = is_private && !has_cache_control;
        set_cookies
            .map(|cookie| (Added::SetCookie, cookie.into()))
            .chain(no_store.then_some((Added::CacheControl, "no-store".into())))
            .chain(varies.then_some((Added::Vary, "Cookie".into())))
    }

    fn set_cookies(&self, effect: CookieEffect, has_second: bool) -> Vec<String> {
        let Some(sessions) = self.oidc.sessions_of_client() else {
            return Vec::new();
        };
        match effect {
            CookieEffect::Keep | CookieEffect::Done => Vec::new(),
            CookieEffect::Remove => sessions.removal(),
            CookieEffect::Send(live) => {
                // It may have changed since the request was decided about. If it has ended, the
                // browser may have the cookie of its next session already.
                match sessions.manager.judge(live, self.oidc.now_seconds()) {
                    Verdict::Live(newest) => sessions.set_cookies(&newest, has_second),
                    Verdict::Dead(_) => Vec::new(),
                }
            }
        }
    }
}

impl fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionLayer")
    }
}
