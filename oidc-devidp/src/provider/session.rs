//! The browser's session with the provider, which makes single sign-on and `prompt=none` work.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponseParts};
use cookie::time::Duration;
use cookie::{Cookie, CookieBuilder, SameSite};

use super::acr;
use super::state::Provider;
use super::store::Session;
use crate::config::User;
use crate::random;
use crate::sync::lock;

impl Provider {
    /// Browsers send a cookie to every port of a host (RFC 6265 §8.5), and each may have a provider.
    fn cookie_name(&self) -> String {
        format!("oidc_devidp_session_{}", self.address.port())
    }

    /// Signs a user in and returns the session with the value of its cookie.
    pub(super) fn open_session(&self, user: &User, acr_values: &[String]) -> (String, Session) {
        let now = self.clock.seconds();
        let session = Session {
            sub: user.sub().to_owned(),
            auth_time: now,
            acr: acr::reached(&self.config, Some(user), acr_values),
            sid: random::id(),
            expires: now + self.config.session_lifetime,
            clients: BTreeSet::new(),
        };
        let cookie = random::token();
        lock(&self.store)
            .sessions
            .insert(cookie.clone(), session.clone());
        (cookie, session)
    }

    /// The user of a session signed in anew.
    pub(super) fn renew_session(&self, sid: &str, acr_values: &[String]) -> Option<Session> {
        let now = self.clock.seconds();
        let mut store = lock(&self.store);
        let session = store.session(sid, now)?;
        let user = self.config.user_by_sub(&session.sub);
        session.acr = acr::reached(&self.config, user, acr_values);
        session.auth_time = now;
        session.expires = now + self.config.session_lifetime;
        Some(session.clone())
    }

    pub(super) fn live_session(&self, sid: &str) -> Option<Session> {
        let now = self.clock.seconds();
        lock(&self.store).session(sid, now).cloned()
    }

    pub(super) fn session(&self, headers: &HeaderMap) -> Option<Session> {
        let now = self.clock.seconds();
        let store = lock(&self.store);
        let session = store.sessions.get(sent(headers, &self.cookie_name())?)?;
        (now < session.expires).then(|| session.clone())
    }

    /// The `sid` of every session of a user.
    pub(crate) fn sids_of(&self, username: &str) -> Vec<String> {
        let sub = self.config.user(username).map(User::sub);
        let store = lock(&self.store);
        let sessions = store.sessions.values();
        let sessions = sessions.filter(|session| Some(session.sub.as_str()) == sub);
        sessions.map(|session| session.sid.clone()).collect()
    }

    pub(super) fn session_cookie(&self, value: &str) -> impl IntoResponseParts + use<> {
        let secure = self.issuer.starts_with("https:");
        set(&new_cookie(self.cookie_name(), value.to_owned()).secure(secure))
    }

    /// Removes the session's cookie from the browser.
    pub(super) fn removal(&self) -> impl IntoResponseParts + use<> {
        set(&new_cookie(self.cookie_name(), String::new()).max_age(Duration::ZERO))
    }
}

fn new_cookie(name: String, value: String) -> CookieBuilder<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
}

fn set(cookie: &CookieBuilder<'_>) -> impl IntoResponseParts + use<> {
    AppendHeaders([(header::SET_COOKIE, cookie.to_string())])
}

/// The value of the session's cookie. Each cookie is parsed by itself: what other applications of
/// the host set may be in any encoding.
fn sent<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| Cookie::parse(str::from_utf8(pair).ok()?).ok())
        .find(|cookie| cookie.name() == name)?
        .value_raw()
}
