//! OAuth scopes, with the scopes that imply them.

use std::fmt::{self, Display, Formatter};
use std::ops::Deref;
use std::slice;

use crate::token::Principal;

/// An OAuth scope (RFC 6749 §3.3), with the scopes that imply it.
///
/// `oidc::scopes!` defines constants of this type.
///
/// ```
/// oidc::scopes! {
///     mod scope {
///         READ = "orders:read",
///         WRITE = "orders:write" implies READ,
///     }
/// }
///
/// #[oidc::required(scopes = scope::READ)]
/// async fn list() {}
///
/// # fn main() {
/// assert_eq!(scope::READ.to_string(), "orders:read");
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OAuthScope {
    name: &'static str,
    implied_by: &'static [&'static str],
}

impl OAuthScope {
    /// A scope; called by the macros, which compute `implied_by`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, implied_by: &'static [&'static str]) -> Self {
        Self { name, implied_by }
    }

    /// A scope that no other implies.
    #[doc(hidden)]
    #[must_use]
    pub const fn plain(name: &'static str) -> Self {
        Self::new(name, &[])
    }

    /// The name, as providers grant it (RFC 6749 §3.3).
    ///
    /// ```
    /// oidc::scopes! {
    ///     mod scope {
    ///         AUDIT = "audit",
    ///     }
    /// }
    /// # fn main() {
    /// assert_eq!(scope::AUDIT.name(), "audit");
    /// # }
    /// ```
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the scopes that imply this one, directly or indirectly.
    ///
    /// ```
    /// oidc::scopes! {
    ///     mod scope {
    ///         READ = "orders:read",
    ///         WRITE = "orders:write" implies READ,
    ///         ADMIN = "admin" implies WRITE,
    ///     }
    /// }
    /// # fn main() {
    /// assert_eq!(scope::READ.implied_by(), ["orders:write", "admin"]);
    /// # }
    /// ```
    #[must_use]
    pub const fn implied_by(&self) -> &'static [&'static str] {
        self.implied_by
    }

    /// The names of which a token needs one, its own first.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.implied_by.iter().copied())
    }

    /// Whether the token was granted this scope or one that implies it.
    pub(crate) fn is_granted_to(&self, user: &Principal) -> bool {
        self.accepted().any(|name| user.has_scope(name))
    }
}

impl Display for OAuthScope {
    /// Writes the name.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The scopes that a rule demands.
///
/// A single one is not borrowed: each reference in a policy is one more constant for rustc to check,
/// in each handler.
#[derive(Clone, Copy, Debug)]
pub enum ScopeList {
    /// This one.
    One(OAuthScope),
    /// All of these.
    Several(&'static [OAuthScope]),
}

impl Deref for ScopeList {
    type Target = [OAuthScope];

    fn deref(&self) -> &[OAuthScope] {
        match self {
            Self::One(scope) => slice::from_ref(scope),
            Self::Several(scopes) => scopes,
        }
    }
}
