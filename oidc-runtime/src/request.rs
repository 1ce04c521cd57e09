//! What the library sees of a request, whatever the framework.

use std::fmt;

/// The head of a request, borrowed from the framework. The body is never part of it.
#[derive(Clone, Copy)]
pub struct RequestParts<'r>(&'r (dyn Head + Sync));

/// The head of a framework's request.
pub(crate) trait Head {
    fn method(&self) -> &str;
    fn path(&self) -> &str;
    fn query(&self) -> Option<&str>;

    /// All header fields of this name, which is given in lower case.
    fn fields<'h>(&'h self, name: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h>;

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
    pub(crate) fn new(head: &'r (dyn Head + Sync)) -> Self {
        Self(head)
    }

    /// The method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.method()
    }

    /// The path as sent, percent-encoded. The arguments that a framework takes from a path are
    /// decoded, so decode a segment before you compare it with other text.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// The query as sent, without the question mark.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.query()
    }

    /// The first header field of this name. Names are not case-sensitive.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.fields(&name.to_ascii_lowercase()).next()
    }

    /// All header fields of this name, which is given in lower case.
    pub(crate) fn fields(&self, name: &str) -> impl Iterator<Item = &'r [u8]> {
        self.0.fields(name)
    }

    pub(crate) fn authorization(&self) -> Authorization<'r> {
        self.0.authorization()
    }
}

/// Stands for the request of a token that did not come in one: has nothing.
pub(crate) struct NoRequest;

impl Head for NoRequest {
    fn method(&self) -> &'static str {
        ""
    }

    fn path(&self) -> &'static str {
        ""
    }

    fn query(&self) -> Option<&str> {
        None
    }

    fn fields<'h>(&'h self, _: &str) -> Box<dyn Iterator<Item = &'h [u8]> + 'h> {
        Box::new(std::iter::empty())
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization::None
    }
}

impl fmt::Debug for RequestParts<'_> {
    /// Without query and header fields, which carry secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestParts")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
