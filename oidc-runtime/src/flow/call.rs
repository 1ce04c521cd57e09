//! A request to a sign-in endpoint.

use crate::client::Oidc;
use crate::clock::UnixSeconds;
use crate::routes::Route;

/// The largest form that is accepted; codes and tokens are far smaller.
pub(crate) const MAX_FORM_BYTES: usize = 64 * 1024;

/// A request to a sign-in endpoint, as an adapter passes it on.
pub(crate) struct Call<'c> {
    pub(crate) oidc: &'c Oidc,
    pub(crate) route: Route,
    /// The whole path, including the prefixes under which the routes are nested.
    pub(crate) path: &'c str,
    /// The authority of the request target, which HTTP/2 uses instead of a `Host` field
    /// (RFC 9113 §8.3.1).
    pub(crate) authority: Option<&'c str>,
    /// The body, if [`Route::reads_body`]; `None` if it is larger than [`MAX_FORM_BYTES`].
    pub(crate) body: Option<&'c [u8]>,
}

impl Call<'_> {
    pub(super) fn now(&self) -> UnixSeconds {
        self.oidc.config().clock.unix_seconds()
    }
}
