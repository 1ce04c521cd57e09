//! Rules whose values are strings: `scopes`, `roles`, `acr`.

use syn::{Lit, LitStr};

use crate::errors::Errors;
use crate::syntax::{Entry, Form, Item, Value, render_path};

/// `scopes = "read write"`, `scopes("read", "write")` or `scopes = ["read", "write"]`.
pub(crate) fn scopes(entry: &Entry, errors: &mut Errors) -> Option<Vec<String>> {
    let list = literals(entry, "`scopes = \"read write\"`", errors)?;
    let mut scopes = Vec::new();
    let mut valid = true;
    for literal in list {
        let text = literal.value();
        let separated = matches!(&entry.form, Form::Assign(Value::Lit { .. }));
        let tokens = if separated {
            text.split(' ').collect()
        } else {
            vec![text.as_str()]
        };
        for token in tokens {
            match scope_mistake(token, &text, &scopes) {
                Some(message) => {
                    errors.at(literal, message);
                    valid = false;
                    break;
                }
                None => scopes.push(token.to_owned()),
            }
        }
    }
    valid.then_some(scopes)
}

/// Any of several texts: `roles = "a"`, `roles("a", "b")` or `roles = ["a", "b"]`.
pub(crate) fn texts(entry: &Entry, example: &str, errors: &mut Errors) -> Option<Vec<String>> {
    let list = literals(entry, example, errors)?;
    let mut texts: Vec<String> = Vec::new();
    let mut valid = true;
    for literal in list {
        let text = literal.value();
        let mistake = if text.trim().is_empty() {
            Some("empty string; write a value, or remove it".to_owned())
        } else if texts.contains(&text) {
            Some(format!("`{text}` is listed twice; remove one"))
        } else {
            None
        };
        if let Some(message) = mistake {
            errors.at(literal, message);
            valid = false;
        }
        texts.push(text);
    }
    valid.then_some(texts)
}

/// RFC 6749 §3.3: `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )`, separated by one space.
fn scope_mistake(token: &str, text: &str, before: &[String]) -> Option<String> {
    let forbidden = |c: &char| !matches!(c, '!' | '#'..='[' | ']'..='~');
    if text.trim().is_empty() {
        return Some("empty scope; without any rule a valid token is enough".to_owned());
    }
    if token.is_empty() {
        return Some("scopes are separated by one space, with none around them".to_owned());
    }
    match token.chars().find(forbidden) {
        Some(' ') => {
            return Some("write one scope per string: `scopes(\"read\", \"write\")`".to_owned());
        }
        Some(c) => {
            return Some(format!(
                "{c:?} cannot be part of a scope (RFC 6749, section 3.3)"
            ));
        }
        None => {}
    }
    if token.ends_with(',') {
        return Some("scopes are separated by spaces, not by commas".to_owned());
    }
    before
        .iter()
        .any(|scope| scope == token)
        .then(|| format!("scope `{token}` is listed twice; remove one"))
}

/// The strings of an entry, at least one.
fn literals<'a>(entry: &'a Entry, example: &str, errors: &mut Errors) -> Option<Vec<&'a LitStr>> {
    let key = entry.written();
    let found: Vec<_> = match &entry.form {
        Form::Assign(Value::List { values, .. }) => {
            values.iter().map(|v| string(v, errors)).collect()
        }
        Form::Assign(value) => vec![string(value, errors)],
        Form::List(items) => items.iter().map(|item| string_item(item, errors)).collect(),
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

fn string_item<'a>(item: &'a Item, errors: &mut Errors) -> Option<&'a LitStr> {
    match item {
        Item::Value(value) => string(value, errors),
        Item::Entry(entry) => {
            errors.at(&entry.key, expected_string(&entry.written()));
            None
        }
    }
}

fn string<'a>(value: &'a Value, errors: &mut Errors) -> Option<&'a LitStr> {
    match value {
        Value::Lit {
            minus: None,
            lit: Lit::Str(text),
        } => Some(text),
        Value::Path(path) if path.get_ident().is_some() => {
            errors.at(path, expected_string(&render_path(path)));
            None
        }
        other => {
            errors.at(other, "expected a string literal");
            None
        }
    }
}

fn expected_string(name: &str) -> String {
    format!("expected a string literal, such as \"{name}\"")
}
