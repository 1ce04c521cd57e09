//! The names of the rules, and the messages about other names.

use crate::suggest::{closest, enumerate};
use crate::syntax::Entry;

/// The keys of the policy language.
pub(crate) const RULES: [&str; 12] = [
    "scopes", "claims", "roles", "any", "all", "not", "acr", "max_age", "via", "issuer", "check",
    "policy",
];

/// The message about a key that is not one of `known`.
pub(crate) fn unknown(entry: &Entry, known: &[&str]) -> String {
    let written = entry.written();
    let Some(name) = entry.key.name() else {
        return format!("`{written}` is not a rule; claims are written `claims({written} = ..)`");
    };
    if let Some(remedy) = remedy(&name) {
        return format!("unknown key `{name}`; {remedy}");
    }
    if let Some(setting) = setting(&name) {
        return format!("`{name}` {setting}");
    }
    match closest(&name, known) {
        Some(near) => format!("unknown key `{name}`; did you mean `{near}`?"),
        None => format!("unknown key `{name}`; the keys are {}", enumerate(known)),
    }
}

/// The message about a key that was given before; `any`, `all` and `not` may be repeated.
pub(crate) fn given_twice(name: &str, seen: &[String]) -> Option<String> {
    if !seen.iter().any(|before| before == name) {
        return None;
    }
    let remedy = match name {
        "any" | "all" | "not" => return None,
        "scopes" => "write `scopes = \"read write\"`",
        "claims" => "put them into one: `claims(groups = \"admin\", email_verified = true)`",
        "roles" => {
            "write `roles(\"a\", \"b\")` for any of them, \
             `all(roles = \"a\", roles = \"b\")` for all of them"
        }
        "issuer" => "write `issuer(\"own\", \"partner\")` for any of them",
        "check" | "policy" => "wrap them in `all(..)` or `any(..)`",
        _ => "remove one",
    };
    Some(format!("`{name}` is given twice; {remedy}"))
}

/// Names that other libraries use, or that are easily guessed.
fn remedy(name: &str) -> Option<&'static str> {
    Some(match name {
        "scope" | "scp" => "write `scopes = \"read write\"`",
        "role" => "write `roles = \"editor\"`",
        "claim" => "write `claims(name = \"value\")`",
        "group" | "groups" => "write `claims(groups = \"admin\")` or `roles = \"admin\"`",
        "permission" | "permissions" => {
            "write `scopes = \"read\"` or `claims(permissions = \"read\")`"
        }
        "aud" | "audience" => "the audience is part of the client's configuration",
        "iss" | "issuers" => "write `issuer = \"partner\"`",
        "or" => "write `any(..)`",
        "and" => "write `all(..)`",
        "none" => "write `not(any(..))`",
        "bearer" | "session" => "write `via = \"bearer\"` or `via = \"session\"`",
        "with" | "guard" => "write `check = path::to::function`",
        _ => return None,
    })
}

/// Keys that exist, but not at this place.
fn setting(name: &str) -> Option<&'static str> {
    Some(match name {
        "crate" | "registry" => "is not a rule; move it to the top level of the attribute",
        "invalid" => "belongs to the top level of `#[oidc::optional]`",
        "reason" => "belongs to `#[oidc::public]`",
        _ => return None,
    })
}
