//! A response, independent of the framework.

use std::borrow::Cow;

use serde::Serialize;

pub(super) const JSON: &str = "application/json";
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// Header fields of every response of a sign-in endpoint, besides `Cache-Control`: they keep tokens
/// and codes out of caches and `Referer`, and forbid framing and content sniffing.
pub(crate) const SIGN_IN_HEADERS: [(&str, &str); 4] = [
    ("pragma", "no-cache"),
    ("referrer-policy", "no-referrer"),
    PAGE_HEADERS[0],
    PAGE_HEADERS[1],
];

/// Header fields of every page.
pub(super) const PAGE_HEADERS: [(&str, &str); 2] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// How many fields most responses have at most.
const EXPECTED_FIELDS: usize = 8;

/// Status, header fields and body. Every response carries `Cache-Control: no-store`.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(super) fn new(status: u16) -> Self {
        let mut response = Self {
            status,
            headers: Vec::with_capacity(EXPECTED_FIELDS),
            body: Vec::new(),
        };
        response.set("cache-control", "no-store");
        response
    }

    pub(crate) fn json(status: u16, body: &impl Serialize) -> Self {
        let mut response = Self::new(status);
        response.set("content-type", JSON);
        // Text and numbers always serialize.
        response.body = serde_json::to_vec(body).unwrap_or_default();
        response
    }

    pub(crate) fn redirect(location: String) -> Self {
        let mut response = Self::new(307);
        response.set("location", location);
        response
    }

    /// Lets the browser fetch another page by GET (RFC 9110 §15.4.4).
    pub(crate) fn see_other(location: String) -> Self {
        let mut response = Self::new(303);
        response.set("location", location);
        response
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::new(status)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.iter().any(|(other, _)| other == name)
    }

    /// Whether this field would forbid what a policy of the response allows: framing.
    pub(crate) fn may_be_framed(&self, name: &str) -> bool {
        name == "x-frame-options" && self.has("content-security-policy")
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn html(status: u16, body: String) -> Self {
        let mut response = Self::new(status);
        response.set("content-type", HTML);
        response.set("x-content-type-options", "nosniff");
        response.body = body.into_bytes();
        response
    }

    pub(crate) fn set(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Cow<'static, str>>,
    ) {
        self.headers.push((name.into(), value.into()));
    }
}
