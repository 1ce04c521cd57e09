//! Rules and decisions as people write them: in the language of the attributes.

use std::fmt::{self, Display, Formatter, Write as _};

use super::guard_rule::GuardRule;
use super::rule_tree::{ClaimValue, RuleTree};
use super::spec::{PolicySpec, Rule};

impl Display for Rule {
    /// Writes the rule in the language of the attributes.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        RuleTree::from(self).fmt(f)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl Display for PolicySpec {
    /// Writes how the route is guarded, for example `required(scopes = "read")`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        GuardRule::from(self).fmt(f)
    }
}

impl Display for RuleTree {
    /// Writes the rule in the language of the attributes.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(rules) if rules.is_empty() => f.write_str("authenticated"),
            Self::All(rules) => call(f, "all", rules),
            Self::Any(rules) => call(f, "any", rules),
            Self::Not(rule) => write!(f, "not({rule})"),
            Self::Scopes(scopes) => write!(f, "scopes = {:?}", scopes.join(" ")),
            Self::Claim { path, any_of } => {
                f.write_str("claims(")?;
                write_path(f, path)?;
                f.write_str(" = ")?;
                write_values(f, any_of)?;
                f.write_char(')')
            }
            Self::Roles(roles) => {
                f.write_str("roles = ")?;
                write_texts(f, roles)
            }
            Self::Acr(values) => {
                f.write_str("acr = ")?;
                write_texts(f, values)
            }
            Self::MaxAge(seconds) => write!(f, "max_age = \"{seconds}s\""),
            Self::Check { name, .. } => write!(f, "check = {name}"),
            Self::Policy { name, .. } => write!(f, "policy = {name}"),
        }
    }
}

impl Display for GuardRule {
    /// Writes how the route is guarded, for example `required(scopes = "read")`.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required(rule) => write!(f, "required({})", TopLevel(rule)),
            Self::Optional {
                rule,
                rejects_invalid: false,
            } => write!(f, "optional({})", TopLevel(rule)),
            Self::Optional {
                rule,
                rejects_invalid: true,
            } => write!(f, "optional({}, invalid = \"reject\")", TopLevel(rule)),
            Self::Public { reason } => write!(f, "public(reason = {reason:?})"),
            Self::Client(rule) => write!(f, "client({})", TopLevel(rule)),
        }
    }
}

/// Commas at the top mean all, so `all(..)` is not written there.
pub(crate) struct TopLevel<'r>(pub(crate) &'r RuleTree);

impl Display for TopLevel<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            RuleTree::All(rules) if !rules.is_empty() => list(f, rules),
            rule => rule.fmt(f),
        }
    }
}

impl Display for ClaimValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => write!(f, "{text:?}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Bool(truth) => write!(f, "{truth}"),
        }
    }
}

fn call(f: &mut Formatter<'_>, name: &str, rules: &[RuleTree]) -> fmt::Result {
    write!(f, "{name}(")?;
    list(f, rules)?;
    f.write_char(')')
}

fn list(f: &mut Formatter<'_>, items: &[impl Display]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(f, "{separator}{item}")?;
    }
    Ok(())
}

/// One value stands alone, several in brackets.
fn write_values(f: &mut Formatter<'_>, values: &[impl Display]) -> fmt::Result {
    match values {
        [value] => value.fmt(f),
        values => {
            f.write_char('[')?;
            list(f, values)?;
            f.write_char(']')
        }
    }
}

fn write_texts(f: &mut Formatter<'_>, texts: &[String]) -> fmt::Result {
    let quoted: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
    write_values(f, &quoted)
}

/// A segment that is not a plain name is quoted, as in the attribute.
fn write_path(f: &mut Formatter<'_>, path: &[String]) -> fmt::Result {
    for (index, segment) in path.iter().enumerate() {
        let separator = if index == 0 { "" } else { "." };
        let plain = segment.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain {
            write!(f, "{separator}{segment}")?;
        } else {
            write!(f, "{separator}{segment:?}")?;
        }
    }
    Ok(())
}
