//! The text of the access token, for calls on behalf of the user.

use std::fmt;
use std::sync::Arc;

use super::principal::Principal;
use super::verified::Source;

/// The access token of a request, as an argument of a handler, for calls to other services on behalf of
/// the user. Its `Debug` form is redacted.
///
/// Requires a valid token, like [`Principal`]; `Option<BearerToken>` is `None` without one.
///
/// For a browser with a session it is the access token that the provider returned at the sign-in or the
/// last refresh. It may be opaque, or for another API, and is not verified here. One that expires within
/// 30 seconds is refreshed first; if that fails and it has expired, the request is rejected with 503 and
/// the code `refresh_failed`.
///
/// ```
/// use oidc::BearerToken;
///
/// async fn call_upstream(token: BearerToken) {
///     let header = format!("Bearer {}", token.secret());
///     # drop(header);
/// }
/// ```
#[derive(Clone)]
pub struct BearerToken(Arc<str>);

impl BearerToken {
    /// The access token of a request; `None` for a session, whose access token is kept elsewhere.
    pub(crate) fn of_request(user: &Principal) -> Option<Self> {
        let user = user.verified();
        match user.source {
            Source::Signed(_) | Source::Introspected { .. } => Some(Self(Arc::clone(&user.text))),
            Source::Session => None,
        }
    }

    #[cfg(feature = "sessions")]
    pub(crate) fn of_session(access_token: Arc<str>) -> Self {
        Self(access_token)
    }

    /// The token, without `Bearer`. Anyone who obtains it can act as the user until it expires.
    ///
    /// ```
    /// fn authorization(token: &oidc::BearerToken) -> (&'static str, String) {
    ///     ("authorization", format!("Bearer {}", token.secret()))
    /// }
    /// ```
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken([redacted])")
    }
}
