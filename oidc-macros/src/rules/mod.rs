//! The rules of the policy language: from syntax to meaning.

mod claims;
mod describe;
mod expand;
mod issuer;
mod keys;
mod max_age;
mod strings;
mod via;

use syn::{LitStr, Path};

use crate::errors::Errors;
use crate::syntax::{Entry, Form, Item};

pub(crate) use describe::describe;
pub(crate) use expand::spec_of;
pub(crate) use keys::{RULES, given_twice, unknown};
pub(crate) use strings::forbidden_character;
pub(crate) use via::Via;

/// One rule. The variants are those of the runtime's `Rule`.
pub(crate) enum Rule {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Scopes(Vec<Scope>),
    Claim {
        path: Vec<String>,
        any_of: Vec<Scalar>,
    },
    Roles(Vec<String>),
    Acr(Vec<String>),
    /// In seconds.
    MaxAge(u64),
    Via(Via),
    /// One of these names.
    Issuer(Vec<String>),
    Check(Path),
    Policy(Path),
}

/// A scope that a token needs.
pub(crate) enum Scope {
    Name(LitStr),
    /// To be looked up in the registry at the path.
    Registered(Path, LitStr),
    Constant(Path),
}

/// A value that a claim is compared with.
#[derive(PartialEq)]
pub(crate) enum Scalar {
    Str(String),
    Int(i64),
    Bool(bool),
}

impl Rule {
    /// The rule of an entry; `None` if there is a mistake, which is then recorded.
    pub(crate) fn from_entry(entry: &Entry, errors: &mut Errors) -> Option<Self> {
        let key = entry.key.name().unwrap_or_default();
        let path = |example, errors: &mut Errors| entry.path(example, errors).cloned();
        match key.as_str() {
            "scopes" => strings::scopes(entry, errors).map(Self::Scopes),
            "claims" => claims::claims(entry, errors).map(single_or_all),
            "roles" => strings::texts(entry, "`roles = \"editor\"`", errors).map(Self::Roles),
            "acr" => strings::texts(entry, "`acr = \"urn:example:mfa\"`", errors).map(Self::Acr),
            "max_age" => max_age::max_age(entry, errors),
            "via" => via::via(entry, errors),
            "issuer" => issuer::issuer(entry, errors),
            "check" => path("`check = path::to::function`", errors).map(Self::Check),
            "policy" => path("`policy = path::to::Policy`", errors).map(Self::Policy),
            "all" => nested(entry, errors).map(Self::All),
            "any" => nested(entry, errors).map(Self::Any),
            "not" => not(entry, errors),
            _ => {
                errors.at(&entry.key, unknown(entry, &RULES));
                None
            }
        }
    }
}

impl Rule {
    /// Whether only bearers of a token satisfy it, as far as it does not depend on named policies.
    pub(crate) fn denies_sessions(&self) -> bool {
        match self {
            Self::All(rules) => rules.iter().any(Self::denies_sessions),
            Self::Any(rules) => rules.iter().all(Self::denies_sessions),
            Self::Not(rule) => matches!(**rule, Self::Via(Via::Session)),
            Self::Via(via) => *via == Via::Bearer,
            Self::Scopes(_)
            | Self::Claim { .. }
            | Self::Roles(_)
            | Self::Acr(_)
            | Self::MaxAge(_)
            | Self::Issuer(_)
            | Self::Check(_)
            | Self::Policy(_) => false,
        }
    }

    /// Has every scope that is written as a string looked up in the registry.
    pub(crate) fn look_up_scopes(&mut self, registry: &Path) {
        match self {
            Self::All(rules) | Self::Any(rules) => {
                for rule in rules {
                    rule.look_up_scopes(registry);
                }
            }
            Self::Not(rule) => rule.look_up_scopes(registry),
            Self::Scopes(scopes) => {
                for scope in scopes {
                    if let Scope::Name(name) = scope {
                        *scope = Scope::Registered(registry.clone(), name.clone());
                    }
                }
            }
            Self::Claim { .. }
            | Self::Roles(_)
            | Self::Acr(_)
            | Self::MaxAge(_)
            | Self::Via(_)
            | Self::Issuer(_)
            | Self::Check(_)
            | Self::Policy(_) => {}
        }
    }
}

fn single_or_all(rules: Vec<Rule>) -> Rule {
    match <[Rule; 1]>::try_from(rules) {
        Ok([only]) => only,
        Err(several) => Rule::All(several),
    }
}

/// The entry behind an item; a value without a key is a mistake here.
fn expect_entry<'a>(item: &'a Item, errors: &mut Errors) -> Option<&'a Entry> {
    match item {
        Item::Entry(entry) => Some(entry),
        Item::Value(value) => {
            let message = "expected a rule such as `scopes = \"read\"` or `roles = \"editor\"`";
            errors.at(value, message);
            None
        }
    }
}

/// The rules inside `any(..)` and `all(..)`.
fn nested(entry: &Entry, errors: &mut Errors) -> Option<Vec<Rule>> {
    let items = entry.list("(scopes = \"read\")", errors)?;
    let rules = items
        .iter()
        .map(|item| Rule::from_entry(expect_entry(item, errors)?, errors))
        // Goes through every item before it gives up, so that all of them are checked.
        .collect::<Vec<_>>();
    rules.into_iter().collect()
}

fn not(entry: &Entry, errors: &mut Errors) -> Option<Rule> {
    let mut rules = nested(entry, errors)?;
    let only = rules.pop()?;
    if !rules.is_empty() {
        let message = "`not` takes one rule; write `not(all(..))` or `not(any(..))`";
        errors.at(&entry.key, message);
        return None;
    }
    if let Form::List(items) = &entry.form
        && let [Item::Entry(negated)] = items.as_slice()
        && let Some((negated, message)) = ambiguous(negated, &only)
    {
        errors.at(&negated.key, message);
        return None;
    }
    Some(Rule::Not(Box::new(only)))
}

/// Why a negated rule can be read in two ways: it is a list that means all of its elements, or one
/// of several alternatives is.
fn ambiguous<'e>(negated: &'e Entry, rule: &Rule) -> Option<(&'e Entry, String)> {
    let (several, one, other) = match rule {
        Rule::Any(rules) => return ambiguous_alternative(negated, rules),
        Rule::Scopes(scopes) if scopes.len() > 1 => ("scopes", "scopes = \"a\"", "scopes = \"b\""),
        Rule::All(_) if negated.key.name()? == "claims" => {
            ("claims", "claims(a = 1)", "claims(b = 2)")
        }
        Rule::All(_)
        | Rule::Not(_)
        | Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check(_)
        | Rule::Policy(_) => return None,
    };
    let message = format!(
        "`not` of several {several} is ambiguous; write `not(any({one}, {other}))` to deny \
         tokens with any of them, or `not(all({one}, {other}))` to deny only those with all of them"
    );
    Some((negated, message))
}

fn ambiguous_alternative<'e>(any: &'e Entry, rules: &[Rule]) -> Option<(&'e Entry, String)> {
    let Form::List(items) = &any.form else {
        return None;
    };
    let entries = items.iter().filter_map(|item| match item {
        Item::Entry(entry) => Some(entry),
        Item::Value(_) => None,
    });
    entries
        .zip(rules)
        .find_map(|(entry, rule)| ambiguous(entry, rule))
}
