//! `claims(name = value, path.to.name = [one, of])`.

use syn::{Lit, LitInt, Token};

use super::{Rule, Scalar};
use crate::errors::Errors;
use crate::syntax::{Entry, Form, Item, Value, render_path};

/// One rule for each claim.
pub(crate) fn claims(entry: &Entry, errors: &mut Errors) -> Option<Vec<Rule>> {
    let items = entry.list("(groups = \"admin\")", errors)?;
    let mut seen: Vec<Vec<String>> = Vec::new();
    let mut rules = Vec::new();
    for item in items {
        let Some((path, any_of)) = claim(item, errors) else {
            continue;
        };
        if seen.contains(&path) {
            errors.at(key(item), given_twice(item));
        }
        seen.push(path.clone());
        rules.push(Rule::Claim { path, any_of });
    }
    (rules.len() == items.len()).then_some(rules)
}

fn claim(item: &Item, errors: &mut Errors) -> Option<(Vec<String>, Vec<Scalar>)> {
    let Item::Entry(entry) = item else {
        errors.at(
            key(item),
            "expected a claim with a value: `name = \"value\"`",
        );
        return None;
    };
    let name = entry.written();
    let path = entry.key.names();
    if path.iter().any(String::is_empty) {
        errors.at(&entry.key, "empty name; write that of the claim");
        return None;
    }
    match &entry.form {
        Form::Assign(value) => Some((path, scalars(value, errors)?)),
        Form::Alone => {
            errors.at(
                &entry.key,
                format!("which value? write `{name} = \"value\"`"),
            );
            None
        }
        Form::List(_) => {
            errors.at(
                &entry.key,
                format!("write `{name} = [..]` for any of several values"),
            );
            None
        }
    }
}

fn given_twice(item: &Item) -> String {
    let name = match item {
        Item::Entry(entry) => entry.written(),
        Item::Value(_) => String::new(),
    };
    format!(
        "`{name}` is given twice; write `{name} = [..]` for any of the values, \
         `all(claims({name} = ..), claims({name} = ..))` for all of them"
    )
}

fn key(item: &Item) -> &dyn quote::ToTokens {
    match item {
        Item::Entry(entry) => &entry.key,
        Item::Value(value) => value,
    }
}

/// The accepted values: one, or a list.
fn scalars(value: &Value, errors: &mut Errors) -> Option<Vec<Scalar>> {
    let Value::List { values, .. } = value else {
        return scalar(value, errors).map(|only| vec![only]);
    };
    if values.is_empty() {
        errors.at(
            value,
            "empty list; write the accepted values: `[\"a\", \"b\"]`",
        );
        return None;
    }
    let mut scalars = Vec::new();
    for value in values {
        let Some(scalar) = scalar(value, errors) else {
            continue;
        };
        if scalars.contains(&scalar) {
            errors.at(value, "the value is listed twice; remove one");
        }
        scalars.push(scalar);
    }
    (scalars.len() == values.len()).then_some(scalars)
}

fn scalar(value: &Value, errors: &mut Errors) -> Option<Scalar> {
    let mistake = match value {
        Value::Lit {
            minus: None,
            lit: Lit::Str(text),
        } if text.value().is_empty() => "empty string; write a value, or remove it".to_owned(),
        Value::Lit {
            minus: None,
            lit: Lit::Str(text),
        } => return Some(Scalar::Str(text.value())),
        Value::Lit {
            minus: None,
            lit: Lit::Bool(flag),
        } => return Some(Scalar::Bool(flag.value)),
        Value::Lit {
            minus,
            lit: Lit::Int(number),
        } => match integer(minus.as_ref(), number) {
            Ok(number) => return Some(Scalar::Int(number)),
            Err(message) => message,
        },
        Value::Lit {
            lit: Lit::Float(_), ..
        } => "a claim can be compared with integers, not with floats".to_owned(),
        Value::Path(path) if path.get_ident().is_some() => {
            format!("expected a literal, such as \"{}\"", render_path(path))
        }
        Value::List { .. } => "a list inside a list; write only the values".to_owned(),
        Value::Lit { .. } | Value::Path(_) | Value::Other(_) => {
            "expected a string, an integer or a boolean".to_owned()
        }
    };
    errors.at(value, mistake);
    None
}

fn integer(minus: Option<&Token![-]>, number: &LitInt) -> Result<i64, String> {
    if !number.suffix().is_empty() {
        return Err(format!("remove the suffix: `{}`", number.base10_digits()));
    }
    let sign = if minus.is_some() { "-" } else { "" };
    format!("{sign}{}", number.base10_digits())
        .parse()
        .map_err(|_| "the number does not fit into 64 bits".to_owned())
}
