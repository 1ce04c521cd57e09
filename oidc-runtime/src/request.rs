//! What the library sees of a request, whatever the framework.

use std::fmt;

/// The head of a request, borrowed from the framework. The body is never part of it.
pub struct RequestParts<'r> {
    method: &'r str,
    path: &'r str,
    query: Option<&'r str>,
    headers: &'r (dyn Headers + Sync),
}

/// The header fields of a framework.
pub(crate) trait Headers {
    /// All fields of this name, which is given in lower case.
    fn all<'h>(&'h self, name: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h>;

    /// The `Authorization` field: most requests have one, so this must not allocate.
    fn authorization(&self) -> Authorization<'_>;
}

/// The `Authorization` fields of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authorization<'h> {
    None,
    One(&'h [u8]),
    Several,
}

impl<'h> Authorization<'h> {
    pub(crate) fn of(mut fields: impl Iterator<Item = &'h [u8]>) -> Self {
        match (fields.next(), fields.next()) {
            (None, _) => Self::None,
            (Some(field), None) => Self::One(field),
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

impl<'r> RequestParts<'r> {
    pub(crate) fn new(
        method: &'r str,
        path: &'r str,
        query: Option<&'r str>,
        headers: &'r (dyn Headers + Sync),
    ) -> Self {
        Self {
            method,
            path,
            query,
            headers,
        }
    }

    /// The method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method
    }

    /// The path as sent, percent-encoded.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path
    }

    /// The query as sent, without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query
    }

    /// The first header field of this name. Names are not case-sensitive.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.all(&name.to_ascii_lowercase()).next()
    }

    pub(crate) fn headers(&self) -> &'r (dyn Headers + Sync) {
        self.headers
    }
}

impl fmt::Debug for RequestParts<'_> {
    /// Without query and header fields, which carry secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestParts")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
