//! `via = "bearer"` or `via = "session"`.

use syn::Lit;

use super::Rule;
use crate::errors::Errors;
use crate::suggest::closest;
use crate::syntax::{Entry, Value};

const EXAMPLE: &str = "`via = \"bearer\"` or `via = \"session\"`";

/// How a user is known. The variants are those of the runtime's `Via`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Via {
    Bearer,
    Session,
}

impl Via {
    const ALL: [Self; 2] = [Self::Bearer, Self::Session];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Session => "session",
        }
    }
}

/// One of two strings.
pub(crate) fn via(entry: &Entry, errors: &mut Errors) -> Option<Rule> {
    let value = entry.value(EXAMPLE, errors)?;
    let text = match value {
        Value::Lit {
            minus: None,
            lit: Lit::Str(text),
        } => text.value(),
        Value::List { .. } => {
            let message =
                "every user is known in one of the two ways; name one, or remove the rule";
            errors.at(value, message);
            return None;
        }
        _ => {
            errors.at(value, format!("expected a string: {EXAMPLE}"));
            return None;
        }
    };
    let via = Via::ALL.into_iter().find(|via| via.name() == text);
    if via.is_none() {
        errors.at(value, unknown(&text));
    }
    via.map(Rule::Via)
}

fn unknown(text: &str) -> String {
    if text.trim().is_empty() {
        return format!("empty string; write {EXAMPLE}");
    }
    match closest(&text.to_lowercase(), &Via::ALL.map(Via::name)) {
        Some(near) => format!("unknown value {text:?}; did you mean `{near}`?"),
        None => format!("unknown value {text:?}; write {EXAMPLE}"),
    }
}
