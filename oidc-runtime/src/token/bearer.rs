//! The token itself, to call others on behalf of the user.

use std::fmt;

use super::principal::Principal;

/// The verified access token of a request, as an argument of a handler, to call another service
/// on behalf of the user. Its `Debug` does not show it.
///
/// It requires a valid token; `Option<BearerToken>` is `None` without one.
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
pub struct BearerToken(Principal);

impl BearerToken {
    pub(crate) fn new(user: Principal) -> Self {
        Self(user)
    }

    /// The token. Whoever sees it can act as the user until it expires.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.0.text()
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken([redacted])")
    }
}
