//! `issuer = "partner"` or `issuer("own", "partner")`.

use syn::LitStr;

use super::Rule;
use super::strings::{duplicate, literals};
use crate::errors::Errors;
use crate::syntax::Entry;

const EXAMPLE: &str = "`issuer = \"partner\"`";

/// Any of several issuers, by their names in the configuration.
pub(crate) fn issuer(entry: &Entry, errors: &mut Errors) -> Option<Rule> {
    let mut names: Vec<String> = Vec::new();
    let mut valid = true;
    for literal in literals(entry, EXAMPLE, errors)? {
        if let Some(message) = mistake(literal, &names) {
            errors.at(literal, message);
            valid = false;
        }
        names.push(literal.value());
    }
    valid.then_some(Rule::Issuer(names))
}

fn mistake(literal: &LitStr, before: &[String]) -> Option<String> {
    let name = literal.value();
    if name.trim().is_empty() {
        return Some(format!("empty string; write {EXAMPLE}"));
    }
    if name.contains("://") {
        return Some(format!(
            "an issuer is named as in the configuration, not by its address: {EXAMPLE}"
        ));
    }
    if is_name(&name) {
        return duplicate(&name, before);
    }
    let meant = name.split([' ', ',']).filter(|part| !part.is_empty());
    let meant: Option<Vec<_>> = meant.map(proposal).collect();
    Some(match meant.as_deref() {
        Some([only]) => format!("{FORM}; write {only}"),
        Some(several @ [_, _, ..]) => {
            let names = several.join(", ");
            format!("one string is one name; write `issuer({names})`")
        }
        Some([]) | None => format!("{FORM}: {EXAMPLE}"),
    })
}

const FORM: &str = "the name of an issuer has lower-case letters, digits and `_`, a letter first";

/// The same rule as that of the configuration.
fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
    text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(is_part)
}

/// The name that was probably meant, in quotes.
fn proposal(text: &str) -> Option<String> {
    let name = text.to_ascii_lowercase().replace('-', "_");
    is_name(&name).then(|| format!("{name:?}"))
}
