//! The claims in which providers put names and e-mail addresses, and reading claims as text.

use serde_json::{Map, Value};

pub(crate) const USERNAME: [&str; 4] = ["preferred_username", "username", "user_name", "uid"];
pub(crate) const GIVEN_NAME: [&str; 2] = ["given_name", "first_name"];
pub(crate) const FAMILY_NAME: [&str; 3] = ["family_name", "last_name", "surname"];

/// OpenID Connect Core §5.1, and the name in directories (LDAP).
pub(crate) const EMAIL: [&str; 2] = ["email", "mail"];

/// The first of these claims that is a non-empty string.
pub(crate) fn text_claim<'c>(claims: &'c Map<String, Value>, names: &[&str]) -> Option<&'c str> {
    names
        .iter()
        .filter_map(|name| claims.get(*name)?.as_str())
        .find(|text| !text.is_empty())
}

/// One string or an array of strings.
pub(super) fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let (one, many) = match value {
        Some(Value::String(text)) => (Some(text.as_str()), None),
        Some(Value::Array(items)) => (None, Some(items)),
        _ => (None, None),
    };
    one.into_iter()
        .chain(many.into_iter().flatten().filter_map(Value::as_str))
}
