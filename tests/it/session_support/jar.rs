//! The cookies of a browser, kept by its rules.

use std::collections::BTreeMap;

use reqwest::header::{HeaderMap, SET_COOKIE};

/// The longest name and value that browsers keep, together.
const MAX_BYTES: usize = 4096;

/// Names and values, for the one host that tests use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Jar(BTreeMap<String, String>);

/// A `Set-Cookie` field in its parts.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// In lower case and in order, without those that have a meaning of their own here.
    pub(crate) attributes: Vec<String>,
}

impl SetCookie {
    /// Those of a response.
    pub(crate) fn all(headers: &HeaderMap) -> Vec<Self> {
        let fields = headers.get_all(SET_COOKIE).iter();
        fields
            .map(|field| Self::parse(field.to_str().expect("ASCII")))
            .collect()
    }

    fn parse(field: &str) -> Self {
        let mut parts = field.split(';').map(str::trim);
        let pair = parts.next().expect("a pair");
        let (name, value) = pair.split_once('=').expect("a name and a value");
        let mut attributes: Vec<_> = parts.map(str::to_ascii_lowercase).collect();
        attributes.sort_unstable();
        Self {
            name: name.to_owned(),
            value: value.to_owned(),
            attributes,
        }
    }

    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|own| own == attribute)
    }

    pub(crate) fn is_removal(&self) -> bool {
        self.has("max-age=0")
    }

    pub(crate) fn max_age(&self) -> Option<u64> {
        let mut values = self.attributes.iter();
        let value = values.find_map(|attribute| attribute.strip_prefix("max-age="));
        value.map(|value| value.parse().expect("a number of seconds"))
    }

    /// Why browsers ignore the field (RFC 6265 bis §5.7).
    fn refused(&self, is_https: bool) -> Option<&'static str> {
        let is_secure = self.has("secure");
        let of_host =
            self.has("path=/") && !self.attributes.iter().any(|own| own.starts_with("domain"));
        let begins = |prefix: &str| self.name.starts_with(prefix);
        if is_secure && !is_https {
            Some("`Secure` without https")
        } else if begins("__Host-") && !(is_secure && of_host) {
            Some("`__Host-` without what it demands")
        } else if begins("__Host-Http-") && !self.has("httponly") {
            Some("`__Host-Http-` without `HttpOnly`")
        } else if self.name.len() + self.value.len() > MAX_BYTES {
            Some("too long")
        } else {
            None
        }
    }
}

impl Jar {
    /// Keeps the cookies of a response.
    ///
    /// # Panics
    ///
    /// When a browser would ignore one of them.
    pub(crate) fn keep(&mut self, headers: &HeaderMap, is_https: bool) {
        for cookie in SetCookie::all(headers) {
            if let Some(problem) = cookie.refused(is_https) {
                panic!("{problem}: {cookie:?}");
            }
            if cookie.is_removal() {
                self.0.remove(&cookie.name);
            } else {
                self.0.insert(cookie.name, cookie.value);
            }
        }
    }

    /// The value of the `Cookie` field.
    pub(crate) fn field(&self) -> Option<String> {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        let pairs: Vec<_> = pairs.collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The name of the session cookie, or of its first part.
    pub(crate) fn session_name(&self) -> Option<&str> {
        self.names()
            .find(|name| is_session(name) && !name.contains('.'))
    }

    /// The value of the session cookie, or of its first part.
    pub(crate) fn session(&self) -> Option<&str> {
        self.get(self.session_name()?)
    }
}

pub(crate) fn is_session(name: &str) -> bool {
    name.starts_with("__Host-Http-oidc-") || name.starts_with("oidc-session-")
}
