//! Rules that own their parts, so that they can be written to a file and read back.

use serde::{Deserialize, Serialize};

use super::scope::OAuthScope;
use super::spec::{PolicySpec, Rule, Scalar};

/// A [`Rule`] that owns its parts.
///
/// It serializes to short JSON, such as `{"any":[{"scopes":["read"]},{"roles":["admin"]}]}`, which
/// is what `policy.lock` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum RuleTree {
    /// Every rule holds; no rule at all holds for every token.
    All(Vec<Self>),
    /// At least one rule holds.
    Any(Vec<Self>),
    /// The rule does not hold.
    Not(Box<Self>),
    /// The token was granted each of these scopes.
    Scopes(Vec<String>),
    /// The claim at this path equals one of the values, or is an array that contains one.
    Claim {
        /// The names to descend through.
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
    /// The user's own function agrees.
    Check {
        /// The function's path as written.
        name: String,
        /// The function's path from the root of its crate, which tells two of one name apart. For
        /// a constant that points to a function, it is `const` and the path of the constant in the
        /// module where the rule was written.
        function: String,
    },
    /// The rule of a named policy holds.
    Policy {
        /// The policy's path as written.
        name: String,
        /// The rule it stands for.
        rule: Box<Self>,
    },
}

/// A value that a claim is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ClaimValue {
    /// `true`
    Bool(bool),
    /// `3`
    Int(i64),
    /// `"text"`
    Str(String),
}

impl RuleTree {
    /// The rule that holds for every token.
    #[must_use]
    pub const fn authenticated() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it is written as the rule that holds for every token.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::authenticated()
    }

    /// The rule of a named policy.
    pub(crate) fn named(spec: &PolicySpec) -> Self {
        Self::Policy {
            name: spec.location.name.to_owned(),
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

/// A scope that others imply is spelled out, so that whoever compares rules needs no registry.
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
