//! The browser's session with the provider, which makes single sign-on and `prompt=none` work.

use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponseParts};

use super::state::Provider;
use super::store::Session;
use crate::random;
use crate::sync::lock;

const COOKIE: &str = "oidc_devidp_session";

impl Provider {
    /// Signs a person in and returns the session with the value of its cookie.
    pub(super) fn open_session(&self, sub: &str) -> (String, Session) {
        let now = self.clock.seconds();
        let session = Session {
            sub: sub.to_owned(),
            auth_time: now,
            sid: random::id(),
            expires: now + self.config.session_lifetime,
        };
        let cookie = random::token();
        lock(&self.store)
            .sessions
            .insert(cookie.clone(), session.clone());
        (cookie, session)
    }

    pub(super) fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let now = self.clock.seconds();
        let store = lock(&self.store);
        let session = store.sessions.get(cookie(headers)?)?;
        (now < session.expires).then(|| session.clone())
    }

    /// Ends the session that the browser shows a cookie of, and says whether there was one.
    pub(super) fn close_session(&self, headers: &HeaderMap) -> bool {
        cookie(headers).is_some_and(|cookie| lock(&self.store).sessions.remove(cookie).is_some())
    }

    pub(super) fn session_cookie(&self, value: &str) -> impl IntoResponseParts + use<> {
        let secure = if self.issuer.starts_with("https:") {
            "; Secure"
        } else {
            ""
        };
        let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}");
        AppendHeaders([(header::SET_COOKIE, cookie)])
    }
}

/// Takes the session's cookie from the browser.
pub(super) fn no_cookie() -> impl IntoResponseParts {
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}
