//! What an attribute means, once it is known to be correct.

use proc_macro2::{Span, TokenStream};

use super::Attribute;
use crate::crate_path::CratePath;
use crate::errors::Errors;
use crate::rules::{Rule, given_twice, unknown};
use crate::syntax::{self, Entry, Item};

/// An access policy.
pub(crate) struct Policy {
    pub(crate) krate: CratePath,
    pub(crate) access: AccessMode,
    /// Every one of them has to hold.
    pub(crate) rules: Vec<Rule>,
}

/// How the route treats credentials.
pub(crate) enum AccessMode {
    Required,
    Optional,
    OptionalRejecting,
    Public { reason: String },
}

impl Policy {
    /// Reads the arguments of an attribute.
    pub(crate) fn parse(attribute: Attribute, args: TokenStream) -> syn::Result<Self> {
        let items = syntax::parse(args)?;
        let mut errors = Errors::default();
        let mut policy = Self::without_rules(attribute);
        let mut registry = None;
        let mut seen = Vec::new();
        for item in &items {
            match key(attribute, item, &seen) {
                Ok((name, entry)) => {
                    if name == "registry" {
                        registry = entry.path("`registry = crate::scope`", &mut errors);
                    } else {
                        policy.read(&name, entry, &mut errors);
                    }
                    seen.push(name);
                }
                Err(error) => errors.push(error),
            }
        }
        if let Some(registry) = registry {
            for rule in &mut policy.rules {
                rule.look_up_scopes(registry);
            }
        }
        if attribute == Attribute::Public && items.is_empty() {
            let message =
                "state why the route is public: `#[oidc::public(reason = \"health check\")]`";
            errors.at_span(Span::call_site(), message);
        }
        errors.finish().map(|()| policy)
    }

    fn without_rules(attribute: Attribute) -> Self {
        let access = match attribute {
            Attribute::Required | Attribute::Policy => AccessMode::Required,
            Attribute::Optional => AccessMode::Optional,
            Attribute::Public => AccessMode::Public {
                reason: String::new(),
            },
        };
        Self {
            krate: CratePath::default(),
            access,
            rules: Vec::new(),
        }
    }

    fn read(&mut self, name: &str, entry: &Entry, errors: &mut Errors) {
        match name {
            "crate" => self.krate = CratePath::from_entry(entry, errors).unwrap_or_default(),
            "invalid" => self.access = invalid(entry, errors),
            "reason" => {
                self.access = AccessMode::Public {
                    reason: reason(entry, errors),
                }
            }
            _ => self.rules.extend(Rule::from_entry(entry, errors)),
        }
    }
}

/// The key of an item, if the attribute has it and it was not given before.
fn key<'a>(
    attribute: Attribute,
    item: &'a Item,
    seen: &[String],
) -> syn::Result<(String, &'a Entry)> {
    let entry = match item {
        Item::Entry(entry) => entry,
        Item::Value(value) => {
            let message = format!("expected a key and a value: `{}`", attribute.example());
            return Err(syn::Error::new_spanned(value, message));
        }
    };
    let keys = attribute.keys();
    match entry.key.name() {
        Some(name) if !keys.contains(&name.as_str()) && attribute.refuses_rule(&name) => {
            let message = "a public route has no rules; remove them, or use `#[oidc::required]`";
            Err(syn::Error::new_spanned(&entry.key, message))
        }
        Some(name) if keys.contains(&name.as_str()) => match given_twice(&name, seen) {
            Some(message) => Err(syn::Error::new_spanned(&entry.key, message)),
            None => Ok((name, entry)),
        },
        _ => Err(syn::Error::new_spanned(&entry.key, unknown(entry, &keys))),
    }
}

fn invalid(entry: &Entry, errors: &mut Errors) -> AccessMode {
    const EXAMPLE: &str = "`invalid = \"reject\"`";
    match entry.string(EXAMPLE, errors) {
        Some(text) if text.value() != "reject" => {
            let message = format!(
                "write {EXAMPLE}, or leave it out to treat an invalid token like a missing one"
            );
            errors.at(text, message);
        }
        _ => {}
    }
    AccessMode::OptionalRejecting
}

fn reason(entry: &Entry, errors: &mut Errors) -> String {
    let Some(text) = entry.string("`reason = \"health check\"`", errors) else {
        return String::new();
    };
    if text.value().trim().is_empty() {
        errors.at(text, "empty reason; state why the route is public");
    }
    text.value()
}
