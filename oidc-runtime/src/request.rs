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
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// async fn only_reads(_: &Principal, request: &RequestParts<'_>) -> bool {
    ///     matches!(request.method(), "GET" | "HEAD")
    /// }
    ///
    /// #[oidc::required(any(scopes = "write", check = only_reads))]
    /// async fn orders() {}
    /// ```
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.method()
    }

    /// The path as sent, percent-encoded. The arguments that a framework takes from a path are
    /// decoded, so decode a segment before you compare it with other text.
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// async fn owns(user: &Principal, request: &RequestParts<'_>) -> bool {
    ///     request.path().rsplit('/').next() == Some(user.subject())
    /// }
    ///
    /// #[oidc::required(check = owns)]
    /// async fn profile() {}
    /// ```
    #[must_use]
    pub fn path(&self) -> &str {
        self.0.path()
    }

    /// The query as sent, percent-encoded and without the question mark.
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// async fn no_export(_: &Principal, request: &RequestParts<'_>) -> bool {
    ///     request.query().is_none_or(|query| !query.contains("format=csv"))
    /// }
    ///
    /// #[oidc::required(any(roles = "accounting", check = no_export))]
    /// async fn orders() {}
    /// ```
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.0.query()
    }

    /// The first header field of this name. Names are not case-sensitive (RFC 9110 §5.1).
    ///
    /// ```
    /// use oidc::{Principal, RequestParts};
    ///
    /// async fn same_tenant(user: &Principal, request: &RequestParts<'_>) -> bool {
    ///     let tenant = user.claims().get("tenant").and_then(|tenant| tenant.as_str());
    ///     tenant.is_some() && request.header("x-tenant") == tenant.map(str::as_bytes)
    /// }
    ///
    /// #[oidc::required(check = same_tenant)]
    /// async fn orders() {}
    /// ```
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

impl fmt::Debug for RequestParts<'_> {
    /// Without query and header fields, which carry secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestParts")
            .field("method", &self.method())
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}
