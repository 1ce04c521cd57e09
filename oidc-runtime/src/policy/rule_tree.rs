//! Rules that own their parts, so that they can be serialized and deserialized.

use serde::{Deserialize, Serialize};

use super::scope::OAuthScope;
use super::spec::{PolicySpec, Rule, Scalar};
use crate::token::Via;

/// A rule of the policy language that owns its parts.
///
/// It prints in the syntax of the attributes, and serializes to short JSON for `policy.lock`:
///
/// ```
/// use oidc::access::RuleTree;
///
/// # fn main() -> serde_json::Result<()> {
/// let rule = RuleTree::Any(vec![
///     RuleTree::Scopes(vec!["read".into()]),
///     RuleTree::Roles(vec!["admin".into()]),
/// ]);
/// assert_eq!(rule.to_string(), r#"any(scopes = "read", roles = "admin")"#);
///
/// let json = serde_json::to_string(&rule)?;
/// assert_eq!(json, r#"{"any":[{"scopes":["read"]},{"roles":["admin"]}]}"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum RuleTree {
    /// Every rule holds; an empty list holds for every token.
    All(Vec<Self>),
    /// At least one rule holds.
    Any(Vec<Self>),
    /// The rule does not hold.
    Not(Box<Self>),
    /// The token was granted each of these scopes.
    Scopes(Vec<String>),
    /// The claim at this path equals one of the values, or is an array that contains one.
    Claim {
        /// The names of the nested members.
        path: Vec<String>,
        /// The accepted values.
        any_of: Vec<ClaimValue>,
    },
    /// The user has one of these roles, see [`Principal::roles`](crate::Principal::roles).
    Roles(Vec<String>),
    /// The `acr` claim is one of these.
    Acr(Vec<String>),
    /// The user authenticated at most this many seconds ago.
    MaxAge(u64),
    /// The user is known in this way.
    Via(Via),
    /// The token was issued by one of these, by their names in the configuration.
    Issuer(Vec<String>),
    /// The application's function returned `true`.
    Check {
        /// The function's path as written.
        name: String,
        /// The function's path from the root of its crate, which distinguishes functions of the
        /// same name. For a constant that points to a function, it is `const` and the path of the
        /// constant in the module where the rule was written.
        function: String,
    },
    /// The rule of a named policy holds.
    Policy {
        /// The policy's path as written.
        name: String,
        /// The rule of the policy.
        rule: Box<Self>,
    },
}

/// A value that a claim is compared with.
///
/// ```
/// use oidc::access::{ClaimValue, RuleTree};
///
/// let rule = RuleTree::Claim {
///     path: vec!["address".into(), "country".into()],
///     any_of: vec![ClaimValue::Str("DE".into()), ClaimValue::Str("AT".into())],
/// };
/// assert_eq!(rule.to_string(), r#"claims(address.country = ["DE", "AT"])"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ClaimValue {
    /// A boolean, such as `true`.
    Bool(bool),
    /// An integer, such as `3`.
    Int(i64),
    /// A string, such as `"text"`.
    Str(String),
}

impl RuleTree {
    /// The rule that every valid token satisfies.
    ///
    /// ```
    /// use oidc::access::{RuleTree, implies};
    ///
    /// let read = RuleTree::Scopes(vec!["read".into()]);
    /// assert!(implies(&read, &RuleTree::authenticated()));
    /// ```
    #[must_use]
    pub const fn authenticated() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it is literally [`authenticated`](Self::authenticated); equivalent rules do not
    /// count.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::authenticated()
    }

    /// The rule of a named policy.
    pub(crate) fn named(spec: &PolicySpec) -> Self {
        Self::Policy {
            name: spec.location.map_or("", |written| written.name).to_owned(),
            rule: Box::new(Self::from(&spec.rule)),
        }
    }
}

impl From<&Rule> for RuleTree {
    fn from(rule: &Rule) -> Self {
        match rule {
            Rule::All(rules) => Self::All(rules.iter().map(Self::from).collect()),
            Rule::Any(rules) => Self::Any(rules.iter().map(Self::from).collect()),
            Rule::Not(rule) => Self::Not(Box::new(Self::from(*rule))),
            Rule::Scopes(scopes) => scopes_tree(scopes),
            Rule::Claim { path, any_of } => Self::Claim {
                path: owned(path),
                any_of: any_of.iter().map(ClaimValue::from).collect(),
            },
            Rule::Roles(roles) => Self::Roles(owned(roles)),
            Rule::Acr(values) => Self::Acr(owned(values)),
            Rule::MaxAge(seconds) => Self::MaxAge(*seconds),
            Rule::Via(via) => Self::Via(*via),
            Rule::Issuer(names) => Self::Issuer(owned(names)),
            Rule::Check {
                name,
                module,
                check,
            } => Self::Check {
                name: (*name).to_owned(),
                function: check
                    .function()
                    .map_or_else(|| format!("const {module}::{name}"), str::to_owned),
            },
            Rule::Policy { name, spec } => Self::Policy {
                name: (*name).to_owned(),
                rule: Box::new(Self::from(&spec.rule)),
            },
        }
    }
}

impl From<&Scalar> for ClaimValue {
    fn from(scalar: &Scalar) -> Self {
        match *scalar {
            Scalar::Str(text) => Self::Str(text.to_owned()),
            Scalar::Int(number) => Self::Int(number),
            Scalar::Bool(truth) => Self::Bool(truth),
        }
    }
}

/// Writes the scopes that imply another one as alternatives, so that rules can be compared without
/// the registry.
fn scopes_tree(scopes: &[OAuthScope]) -> RuleTree {
    let (plain, implied): (Vec<&OAuthScope>, Vec<&OAuthScope>) = scopes
        .iter()
        .partition(|scope| scope.implied_by().is_empty());
    let scopes_of = |names: &[&str]| RuleTree::Scopes(owned(names));
    let any_of = |scope: &OAuthScope| {
        RuleTree::Any(scope.accepted().map(|name| scopes_of(&[name])).collect())
    };
    let names: Vec<_> = plain.iter().map(|scope| scope.name()).collect();
    let mut rules: Vec<_> = implied.into_iter().map(any_of).collect();
    if !names.is_empty() || rules.is_empty() {
        rules.insert(0, scopes_of(&names));
    }
    match <[RuleTree; 1]>::try_from(rules) {
        Ok([only]) => only,
        Err(several) => RuleTree::All(several),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
