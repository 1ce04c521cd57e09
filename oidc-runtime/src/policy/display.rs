//! Rules as people write them.

use std::fmt::{self, Display, Formatter, Write as _};

use super::spec::{Access, Invalid, PolicySpec, Rule, Scalar};

impl Display for Rule {
    /// Writes the rule in the language of the attributes.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All([]) => f.write_str("authenticated"),
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
                write_values(f, roles)
            }
            Self::Acr(values) => {
                f.write_str("acr = ")?;
                write_values(f, values)
            }
            Self::MaxAge(seconds) => write!(f, "max_age = \"{seconds}s\""),
            Self::Check { name, .. } => write!(f, "check = {name}"),
            Self::Policy { name, .. } => write!(f, "policy = {name}"),
        }
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
        let rule = TopLevel(&self.rule);
        match self.access {
            Access::Required => write!(f, "required({rule})"),
            Access::Optional {
                invalid: Invalid::Ignore,
            } => write!(f, "optional({rule})"),
            Access::Optional {
                invalid: Invalid::Reject,
            } => {
                write!(f, "optional({rule}, invalid = \"reject\")")
            }
            Access::Public { reason } => write!(f, "public(reason = {reason:?})"),
        }
    }
}

/// Commas at the top mean all, so `all(..)` is not written there.
struct TopLevel<'r>(&'r Rule);

impl Display for TopLevel<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Rule::All(rules @ [_, ..]) => list(f, rules),
            rule => rule.fmt(f),
        }
    }
}

impl Display for Scalar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Str(text) => write!(f, "{text:?}"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Bool(truth) => write!(f, "{truth}"),
        }
    }
}

fn call(f: &mut Formatter<'_>, name: &str, rules: &[Rule]) -> fmt::Result {
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
fn write_values<T: Copy + Into<Scalar>>(f: &mut Formatter<'_>, values: &[T]) -> fmt::Result {
    let values: Vec<Scalar> = values.iter().copied().map(Into::into).collect();
    match values.as_slice() {
        [value] => value.fmt(f),
        values => {
            f.write_char('[')?;
            list(f, values)?;
            f.write_char(']')
        }
    }
}

impl From<&'static str> for Scalar {
    fn from(text: &'static str) -> Self {
        Self::Str(text)
    }
}

/// A segment that is not a plain name is quoted, as in the attribute.
fn write_path(f: &mut Formatter<'_>, path: &[&str]) -> fmt::Result {
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
