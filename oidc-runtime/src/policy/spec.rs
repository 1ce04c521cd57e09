//! What the attributes compile to: plain data that can stand in a `const`.

use super::check::Check;
use super::scope::OAuthScope;

/// A named access policy: who may call a route.
///
/// The attributes implement this trait; write it with `#[oidc::policy(..)]`, never by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an OIDC policy",
    label = "expected a type that carries `#[oidc::policy(..)]`",
    note = "define one: `#[oidc::policy(scopes = \"read\")] struct Reader;`, or write the rules inline: `#[oidc::required(scopes = \"read\")]`"
)]
pub trait Policy: 'static {
    /// The policy as data.
    const SPEC: PolicySpec;
}

/// A policy as data: how credentials are demanded, and the rule a token has to satisfy.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PolicySpec {
    /// Whether a token is demanded, welcome, or not looked at.
    pub access: AccessMode,
    /// What a token has to satisfy.
    pub rule: Rule,
    /// Where the policy was written.
    pub location: Location,
}

impl PolicySpec {
    /// Puts the parts together; the attributes call this, where they stand.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn new(access: AccessMode, rule: Rule, name: &'static str) -> Self {
        Self {
            access,
            rule,
            location: Location::of_caller(name),
        }
    }
}

/// The place in the source where an attribute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The handler's or the policy's name.
    pub name: &'static str,
    /// The file, as rustc was given it.
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
    /// `#[oidc::required]`: no request passes without a token that satisfies the rule.
    Required,
    /// `#[oidc::optional]`: the handler sees a token that satisfies the rule, or none.
    Optional {
        /// What happens to a request whose token is not genuine.
        invalid: OnInvalidToken,
    },
    /// `#[oidc::public(reason = "..")]`: somebody decided that the route is open.
    Public {
        /// Why.
        reason: &'static str,
    },
}

/// What an optional route does with a token that does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnInvalidToken {
    /// Goes on without a user (the default).
    Ignore,
    /// Answers 401 (`invalid = "reject"`).
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
    Scopes(&'static [OAuthScope]),
    /// The claim at this path equals one of the values, or is an array that contains one.
    Claim {
        /// The names to descend through.
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
    /// The user's own function agrees.
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

/// A value that a claim is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scalar {
    /// `"text"`
    Str(&'static str),
    /// `3`
    Int(i64),
    /// `true`
    Bool(bool),
}
