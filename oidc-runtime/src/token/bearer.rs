//! The text of the access token, for calls on behalf of the user.

use std::fmt;

use super::principal::Principal;

/// The verified access token of a request, as an argument of a handler, for calls to other services
/// on behalf of the user.
///
/// Requires a valid token, like [`Principal`]; `Option<BearerToken>` is `None` without one. Its
/// `Debug` form is redacted.
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

    /// The token, without `Bearer`. Anyone who obtains it can act as the user until it expires.
    ///
    /// ```
    /// fn authorization(token: &oidc::BearerToken) -> (&'static str, String) {
    ///     ("authorization", format!("Bearer {}", token.secret()))
    /// }
    /// ```
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
