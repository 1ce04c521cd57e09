//! Scopes that know which others imply them.

use std::fmt::{self, Display, Formatter};

use crate::token::Principal;

/// A scope, and those that imply it.
///
/// `oidc::scopes!` makes constants of this type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OAuthScope {
    name: &'static str,
    implied_by: &'static [&'static str],
}

impl OAuthScope {
    /// A scope; the macros call this, and know that none of `implied_by` is missing.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, implied_by: &'static [&'static str]) -> Self {
        Self { name, implied_by }
    }

    /// The name, as providers grant it (RFC 6749 §3.3).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the scopes that imply this one, directly or by way of others.
    #[must_use]
    pub const fn implied_by(&self) -> &'static [&'static str] {
        self.implied_by
    }

    /// The names of which one is enough, its own first.
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
