//! A user's identifier that is unique across issuers.

use std::fmt;

/// Who a user is: their subject is unique at their issuer only, so the key of a user in a database is
/// both (OpenID Connect Core §5.7). From [`Principal::identity`](super::Principal::identity).
///
/// Its text form is the issuer, `#` and the subject; issuers contain no `#` (RFC 8414 §2), so two users
/// never have the same.
///
/// ```
/// use std::collections::HashMap;
/// use oidc::{Identity, Principal};
///
/// fn count(visits: &mut HashMap<Identity, u32>, user: &Principal) {
///     *visits.entry(user.identity()).or_default() += 1;
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Identity {
    /// `iss`: the identifier of the issuer, a URL.
    pub issuer: String,
    /// `sub`: the user's identifier at the issuer.
    pub subject: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.issuer, self.subject)
    }
}
