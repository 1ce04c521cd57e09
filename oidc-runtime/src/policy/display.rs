//! Prints rules and guards in the syntax of the attributes.

use std::fmt::{self, Display, Formatter, Write as _};

use super::guard_rule::GuardRule;
use super::rule_tree::{ClaimValue, RuleTree};
use super::spec::{PolicySpec, Rule};

impl Display for Rule {
    /// Writes the rule in the syntax of the attributes.
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
    /// Writes the rule in the syntax of the attributes.
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
            Self::MaxAge(seconds) => write_max_age(f, *seconds),
            Self::Via(via) => write!(f, "via = \"{via}\""),
            Self::Issuer(names) => {
                f.write_str("issuer = ")?;
                write_texts(f, names)
            }
            Self::Check { name, .. } => write!(f, "check = {name}"),
            Self::Policy { name, .. } => write!(f, "policy = {name}"),
        }
    }
}

impl Display for GuardRule {
    /// Writes how the route is guarded, for example `required(scopes = "read")`, or `required` if
    /// every valid token satisfies the rule.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Required(rule) => attribute(f, "required", rule, None),
            Self::Optional {
                rule,
                rejects_invalid,
            } => {
                let invalid = rejects_invalid.then_some("invalid = \"reject\"");
                attribute(f, "optional", rule, invalid)
            }
            Self::Public { reason } => write!(f, "public(reason = {reason:?})"),
            Self::Client(rule) => attribute(f, "client", rule, None),
        }
    }
}

/// A rule without the outermost `all(..)`, which commas imply at the top level.
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

/// Omits empty parentheses.
fn attribute(
    f: &mut Formatter<'_>,
    name: &str,
    rule: &RuleTree,
    setting: Option<&str>,
) -> fmt::Result {
    let rule = (!rule.is_nothing()).then(|| TopLevel(rule).to_string());
    let arguments: Vec<_> = rule.as_deref().into_iter().chain(setting).collect();
    match &arguments[..] {
        [] => f.write_str(name),
        arguments => write!(f, "{name}({})", arguments.join(", ")),
    }
}

/// In the largest unit without a remainder, as the macros write it in a handler's documentation.
fn write_max_age(f: &mut Formatter<'_>, seconds: u64) -> fmt::Result {
    let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let mut units = units.into_iter();
    let (length, unit) = units
        .find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length))
        .unwrap_or((1, 's'));
    write!(f, "max_age = \"{}{unit}\"", seconds / length)
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

/// Brackets around several values.
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

/// A text that looks like several is a list, as the attribute demands.
fn write_texts(f: &mut Formatter<'_>, texts: &[String]) -> fmt::Result {
    if let [text] = texts
        && text.contains([' ', ','])
    {
        return write!(f, "[{text:?}]");
    }
    let quoted: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
    write_values(f, &quoted)
}

/// Quotes segments that are not identifiers, as in the attribute.
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
