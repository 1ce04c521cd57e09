//! A response, before a framework sends it.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

/// Status, header fields and body. Nothing that this library responds with may be cached.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, Cow<'static, str>)>,
    pub(crate) body: String,
}

impl Response {
    fn new(status: u16) -> Self {
        Self {
            status,
            headers: vec![("cache-control", Cow::Borrowed("no-store"))],
            body: String::new(),
        }
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        // Text and numbers always serialize.
        Self::with_json(status, serde_json::to_string(body).unwrap_or_default())
    }

    /// A body that is JSON already.
    pub(crate) fn with_json(status: u16, body: String) -> Self {
        let mut response = Self::new(status);
        response.set("content-type", "application/json");
        response.body = body;
        response
    }

    pub(crate) fn redirect(location: String) -> Self {
        let mut response = Self::new(307);
        response.set("location", location);
        response
    }

    /// When to try again, at least a second from now.
    pub(crate) fn retry_after(&mut self, pause: Duration) {
        self.set("retry-after", pause.as_secs().max(1).to_string());
    }

    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<Cow<'static, str>>) {
        self.headers.push((name, value.into()));
    }
}
