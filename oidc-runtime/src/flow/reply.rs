//! An answer of an endpoint, before a framework sends it.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

use crate::rejection::Rejection;

/// What goes with every answer: tokens and codes are neither kept nor passed on, and nothing here
/// is for frames or for guessing types.
const ALWAYS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("pragma", "no-cache"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Status, header fields and body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(crate) body: String,
}

impl Reply {
    fn new(status: u16) -> Self {
        let always = ALWAYS.map(|(name, value)| (name, Cow::Borrowed(value)));
        Self {
            status,
            headers: always.to_vec(),
            body: String::new(),
        }
    }

    pub(super) fn json(body: &impl Serialize) -> Self {
        // Text and numbers always serialize.
        Self::with_json(200, serde_json::to_string(body).unwrap_or_default())
    }

    pub(super) fn redirect(location: String) -> Self {
        let mut reply = Self::new(307);
        reply.set("location", location);
        reply
    }

    /// A body that is JSON already.
    pub(super) fn with_json(status: u16, body: String) -> Self {
        let mut reply = Self::new(status);
        reply.set("content-type", "application/json");
        reply.body = body;
        reply
    }

    pub(crate) fn rejection(rejection: &Rejection) -> Self {
        let mut reply = Self::with_json(rejection.status(), rejection.body().to_owned());
        if let Some(challenge) = rejection.challenge() {
            reply.set("www-authenticate", challenge.to_owned());
        }
        if let Some(pause) = rejection.retry_after() {
            reply.retry_after(pause);
        }
        reply
    }

    /// When to try again, at least a second from now.
    pub(super) fn retry_after(&mut self, pause: Duration) {
        self.set("retry-after", pause.as_secs().max(1).to_string());
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
        self.headers.push((name, value.into()));
    }
}
