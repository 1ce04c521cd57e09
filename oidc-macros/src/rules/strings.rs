//! Rules whose values are strings: `scopes`, `roles`, `acr`.

use syn::{Lit, LitStr, Path};

use super::Scope;
use crate::errors::Errors;
use crate::syntax::{Entry, Form, Item, Value, render_path};

/// What stands in a list of strings.
enum Element<'a> {
    Text(&'a LitStr),
    Name(Path),
}

/// `scopes = "read write"`, `scopes("read", "write")` or `scopes = ["read", "write"]`, with
/// constants in the place of any string.
pub(crate) fn scopes(entry: &Entry, errors: &mut Errors) -> Option<Vec<Scope>> {
    let list = elements(entry, "`scopes = \"read write\"`", errors)?;
    let mut scopes: Vec<Scope> = Vec::new();
    let mut valid = true;
    for element in list {
        let literal = match element {
            Element::Text(literal) => literal,
            Element::Name(path) => {
                match constant_mistake(&path, &scopes) {
                    Some(message) => {
                        errors.at(path, message);
                        valid = false;
                    }
                    None => scopes.push(Scope::Constant(path)),
                }
                continue;
            }
        };
        let text = literal.value();
        let separated = matches!(&entry.form, Form::Assign(Value::Lit { .. }));
        let tokens = if separated {
            text.split(' ').collect()
        } else {
            vec![text.as_str()]
        };
        for token in tokens {
            match scope_mistake(token, &text, separated, &scopes) {
                Some(message) => {
                    errors.at(literal, message);
                    valid = false;
                    break;
                }
                None => scopes.push(Scope::Name(LitStr::new(token, literal.span()))),
            }
        }
    }
    valid.then_some(scopes)
}

/// Any of several texts: `roles = "a"`, `roles("a", "b")` or `roles = ["a", "b"]`.
pub(crate) fn texts(entry: &Entry, example: &str, errors: &mut Errors) -> Option<Vec<String>> {
    let list = literals(entry, example, errors)?;
    let alone = matches!(&entry.form, Form::Assign(Value::Lit { .. }));
    let mut texts: Vec<String> = Vec::new();
    let mut valid = true;
    for literal in list {
        let text = literal.value();
        let mistake = if text.trim().is_empty() {
            Some("empty string; write a value, or remove it".to_owned())
        } else if alone && text.contains([' ', ',']) {
            Some(several_in_one(&entry.written(), &text))
        } else {
            duplicate(&text, &texts)
        };
        if let Some(message) = mistake {
            errors.at(literal, message);
            valid = false;
        }
        texts.push(text);
    }
    valid.then_some(texts)
}

pub(super) fn duplicate(text: &str, before: &[String]) -> Option<String> {
    let is_known = before.iter().any(|known| known == text);
    is_known.then(|| format!("`{text}` is listed twice; remove one"))
}

/// A string that reads like several, although it is one value. In a list it is clear what is meant.
fn several_in_one(key: &str, text: &str) -> String {
    let parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    let parts: Vec<_> = parts.map(|part| format!("{part:?}")).collect();
    let several = parts.join(", ");
    format!("one string is one value; write `{key}({several})`, or `{key}({text:?})` if it is one")
}

/// RFC 6749 §3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, separated by one space. A comma is
/// one of these characters, but a scope that has one is written in a list.
fn scope_mistake(token: &str, text: &str, separated: bool, before: &[Scope]) -> Option<String> {
    if text.trim().is_empty() {
        return Some("empty scope; without any rule a valid token is enough".to_owned());
    }
    if token.is_empty() {
        return Some("scopes are separated by one space, with none around them".to_owned());
    }
    if token.contains(' ') {
        return Some("write one scope per string: `scopes(\"read\", \"write\")`".to_owned());
    }
    if let Some(message) = forbidden_character(token) {
        return Some(message);
    }
    if token.ends_with(',') || (separated && token.contains(',')) {
        return Some("scopes are separated by spaces, not by commas".to_owned());
    }
    before
        .iter()
        .any(|scope| matches!(scope, Scope::Name(name) if name.value() == token))
        .then(|| format!("scope `{token}` is listed twice; remove one"))
}

/// What is wrong with the characters of a scope, if anything.
pub(crate) fn forbidden_character(scope: &str) -> Option<String> {
    let forbidden = |c: &char| !matches!(c, '!' | '#'..='[' | ']'..='~');
    let found = scope.chars().find(forbidden)?;
    Some(format!(
        "{found:?} cannot be part of a scope (RFC 6749, section 3.3)"
    ))
}

/// A name in lower case is probably a string without its quotes.
fn constant_mistake(path: &Path, before: &[Scope]) -> Option<String> {
    let name = render_path(path);
    if path.get_ident().is_some() && name.contains(char::is_lowercase) {
        return Some(expected_string(&name));
    }
    before
        .iter()
        .any(|scope| matches!(scope, Scope::Constant(other) if render_path(other) == name))
        .then(|| format!("`{name}` is listed twice; remove one"))
}

/// The strings of an entry, at least one.
pub(super) fn literals<'a>(
    entry: &'a Entry,
    example: &str,
    errors: &mut Errors,
) -> Option<Vec<&'a LitStr>> {
    let found = elements(entry, example, errors)?.into_iter();
    let strings: Vec<_> = found
        .map(|element| match element {
            Element::Text(text) => Some(text),
            Element::Name(path) => {
                let name = path.get_ident().map(ToString::to_string);
                let message =
                    name.map_or(EXPECTED_STRING.to_owned(), |name| expected_string(&name));
                errors.at(path, message);
                None
            }
        })
        .collect();
    strings.into_iter().collect()
}

/// The strings and names of an entry, at least one.
fn elements<'a>(entry: &'a Entry, example: &str, errors: &mut Errors) -> Option<Vec<Element<'a>>> {
    let key = entry.written();
    let found: Vec<_> = match &entry.form {
        Form::Assign(Value::List { values, .. }) => {
            values.iter().map(|v| element(v, errors)).collect()
        }
        Form::Assign(value) => vec![element(value, errors)],
        Form::List(items) => items.iter().map(|item| of_item(item, errors)).collect(),
        Form::Alone => {
            errors.at(&entry.key, format!("`{key}` takes a value: {example}"));
            return None;
        }
    };
    if found.is_empty() {
        errors.at(
            &entry.key,
            format!("the list of `{key}` is empty; write {example}"),
        );
        return None;
    }
    found.into_iter().collect()
}

/// In parentheses, the grammar takes a name for a key without a value.
fn of_item<'a>(item: &'a Item, errors: &mut Errors) -> Option<Element<'a>> {
    let entry = match item {
        Item::Value(value) => return element(value, errors),
        Item::Entry(entry) => entry,
    };
    if let (Form::Alone, Some(name)) = (&entry.form, entry.key.ident()) {
        return Some(Element::Name(name.clone().into()));
    }
    errors.at(&entry.key, expected_string(&entry.written()));
    None
}

fn element<'a>(value: &'a Value, errors: &mut Errors) -> Option<Element<'a>> {
    match value {
        Value::Lit {
            minus: None,
            lit: Lit::Str(text),
        } => Some(Element::Text(text)),
        Value::Path(path) => Some(Element::Name(path.clone())),
        other => {
            errors.at(other, EXPECTED_STRING);
            None
        }
    }
}

const EXPECTED_STRING: &str = "expected a string literal";

fn expected_string(name: &str) -> String {
    format!("{EXPECTED_STRING}, such as \"{name}\"")
}
