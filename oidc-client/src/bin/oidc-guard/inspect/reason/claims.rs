//! Claims that are missing or have another type than they must have (RFC 7519 §4.1).

use serde_json::Value;

use super::{Case, Words};

/// What the server needs, and whether it can do without.
const CLAIMS: [(&str, Type, bool); 12] = [
    ("iss", Type::Text, true),
    ("aud", Type::Texts, true),
    ("exp", Type::Seconds, true),
    ("sub", Type::Text, true),
    ("nbf", Type::Seconds, false),
    ("iat", Type::Seconds, false),
    ("auth_time", Type::Seconds, false),
    ("azp", Type::Text, false),
    ("acr", Type::Text, false),
    ("scope", Type::Texts, false),
    ("scp", Type::Texts, false),
    ("token_use", Type::Text, false),
];

#[derive(Clone, Copy)]
enum Type {
    Text,
    Texts,
    Seconds,
}

impl Type {
    fn words(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a text or a list of texts",
            Self::Seconds => "a number of seconds since 1970",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text | Self::Texts, Value::String(_)) | (Self::Seconds, Value::Number(_)) => {
                true
            }
            (Self::Texts, Value::Array(items)) => items.iter().all(Value::is_string),
            _ => false,
        }
    }
}

pub(super) fn explain(case: &Case<'_>) -> Words {
    if case.token.claims.is_none() {
        return (
            "its claims are not a JSON object".to_owned(),
            "copy the token again; if it is whole, its issuer is at fault".to_owned(),
        );
    }
    let trouble = CLAIMS
        .iter()
        .find_map(|(name, kind, required)| match case.token.claim(name) {
            None if *required => Some((format!("the claim `{name}` is missing"), *name)),
            Some(value) if !kind.fits(value) => {
                Some((format!("the claim `{name}` is not {}", kind.words()), *name))
            }
            Some(Value::String(text)) if *name == "sub" && text.is_empty() => {
                Some(("the claim `sub` is empty".to_owned(), "sub"))
            }
            _ => None,
        });
    match trouble {
        Some((message, claim)) => (message, fix(claim).to_owned()),
        None => (
            "a claim occurs twice, or has a value that it must not have".to_owned(),
            "have the provider issue well-formed claims; the server's log names the claim"
                .to_owned(),
        ),
    }
}

fn fix(claim: &str) -> &'static str {
    match claim {
        "sub" => {
            "have the provider add it (Keycloak: the client scope `basic`, and no lightweight access tokens)"
        }
        "aud" => {
            "configure an audience for this API at the provider (Keycloak: an Audience mapper)"
        }
        "exp" => "have the provider issue tokens that expire: others cannot be accepted",
        _ => "correct the mapping of this claim at the provider",
    }
}
