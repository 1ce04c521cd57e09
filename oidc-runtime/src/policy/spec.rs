//! The output of the attributes: plain data in a `const`.

use super::check::Check;
use super::scope::{OAuthScope, ScopeList};
use crate::token::Via;

/// A named access policy.
///
/// Define one with `#[oidc::policy(..)]`, which implements this trait; do not implement it by hand.
/// Handlers use it by `policy = Name`, layers by [`Oidc::layer`](crate::Oidc::layer), and a client
/// applies it to every token by [`OidcBuilder::require`](crate::OidcBuilder::require).
///
/// ```
/// use oidc::Policy;
///
/// #[oidc::policy(scopes = "orders:read", roles = "staff")]
/// struct Staff;
///
/// #[oidc::required(policy = Staff)]
/// async fn list() {}
///
/// let printed = Staff::SPEC.to_string();
/// assert_eq!(printed, r#"required(scopes = "orders:read", roles = "staff")"#);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an OIDC policy",
    label = "expected a type that carries `#[oidc::policy(..)]`",
    note = "define one: `#[oidc::policy(scopes = \"read\")] struct Reader;`, or write the rules inline: `#[oidc::required(scopes = \"read\")]`"
)]
pub trait Policy: 'static {
    /// The policy as data.
    const SPEC: PolicySpec;
}

/// A policy as data. It prints in the syntax of the attributes, for example
/// `required(scopes = "read")`.
#[derive(Clone, Copy, Debug)]
pub struct PolicySpec {
    /// Whether a token is required, optional or ignored.
    pub(crate) access: AccessMode,
    /// The rule that a token has to satisfy.
    pub(crate) rule: Rule,
    /// `None` for the policy of an attribute without rules, which is not written anywhere.
    pub(crate) location: Option<Location>,
}

impl PolicySpec {
    /// Called by generated code, at the location of the attribute.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn new(access: AccessMode, rule: Rule, name: &'static str) -> Self {
        Self {
            access,
            rule,
            location: Some(Location::of_caller(name)),
        }
    }

    /// Of a route that demands a token, in fewer expressions for rustc to check.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn required(rule: Rule, name: &'static str) -> Self {
        Self::new(AccessMode::Required, rule, name)
    }
}

/// The source location of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The handler's or the policy's name.
    pub name: &'static str,
    /// The file, as passed to rustc.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
}

impl Location {
    #[track_caller]
    const fn of_caller(name: &'static str) -> Self {
        let place = std::panic::Location::caller();
        Self {
            name,
            file: place.file(),
            line: place.line(),
        }
    }
}

/// How a route treats credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccessMode {
    /// `#[oidc::required]`: only requests whose token satisfies the rule are admitted.
    Required,
    /// `#[oidc::optional]`: every request is admitted, and the handler sees a user if their token
    /// satisfies the rule.
    Optional {
        /// What happens to a request with an invalid token.
        invalid: OnInvalidToken,
    },
    /// `#[oidc::public(reason = "..")]`: the route is explicitly public.
    Public {
        /// Why the route is public.
        reason: &'static str,
    },
}

/// What an optional route does with an invalid token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnInvalidToken {
    /// Treats the request as anonymous (the default).
    Ignore,
    /// Rejects the request with 401 (`invalid = "reject"`).
    Reject,
}

/// A rule of the policy language.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Rule {
    /// Every rule holds; `All(&[])` holds for every token.
    All(&'static [Self]),
    /// At least one rule holds.
    Any(&'static [Self]),
    /// The rule does not hold.
    Not(&'static Self),
    /// The token was granted each of these scopes, or one that implies it.
    Scopes(ScopeList),
    /// The claim at this path equals one of the values, or is an array that contains one.
    Claim {
        /// The names of the nested members.
        path: &'static [&'static str],
        /// The accepted values.
        any_of: &'static [Scalar],
    },
    /// The user has one of these roles, see [`Principal::roles`](crate::Principal::roles).
    Roles(&'static [&'static str]),
    /// The `acr` claim is one of these (step-up authentication, RFC 9470).
    Acr(&'static [&'static str]),
    /// The user authenticated at most this many seconds ago (`auth_time`, RFC 9470).
    MaxAge(u64),
    /// The user is known in this way.
    Via(Via),
    /// The token was issued by one of these, by their names in the configuration. Where it holds, tokens
    /// of that issuer are let in.
    Issuer(&'static [&'static str]),
    /// The application's function returned `true`.
    Check {
        /// The function's path as written.
        name: &'static str,
        /// The module where it was written.
        module: &'static str,
        /// The function.
        check: &'static dyn Check,
    },
    /// The rule of a named policy holds.
    Policy {
        /// The policy's path as written.
        name: &'static str,
        /// The policy.
        spec: &'static PolicySpec,
    },
}

/// What the attributes write for the rules of most handlers, in few expressions for rustc to check.
impl Rule {
    /// Holds for every token.
    #[doc(hidden)]
    #[must_use]
    pub const fn any_user() -> Self {
        Self::All(&[])
    }

    /// Demands one scope.
    #[doc(hidden)]
    #[must_use]
    pub const fn scope(scope: OAuthScope) -> Self {
        Self::Scopes(ScopeList::One(scope))
    }

    /// Demands several scopes.
    #[doc(hidden)]
    #[must_use]
    pub const fn scopes(scopes: &'static [OAuthScope]) -> Self {
        Self::Scopes(ScopeList::Several(scopes))
    }
}

/// A value that a claim is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scalar {
    /// A string, such as `"text"`.
    Str(&'static str),
    /// An integer, such as `3`.
    Int(i64),
    /// A boolean, such as `true`.
    Bool(bool),
}
