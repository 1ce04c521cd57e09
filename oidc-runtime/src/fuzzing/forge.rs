//! Tokens that are nearly right.

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::signer::{AUDIENCE, CLIENT_ID, ISSUER, KID, NOW};

/// Replaces, adds or removes members at random.
pub(super) fn disturb(
    members: &mut Map<String, Value>,
    choices: &mut Choices<'_>,
    names: &[&str],
    at_most: usize,
) {
    for _ in 0..choices.below(at_most + 1) {
        let name = choices.pick(names);
        match choices.below(8) {
            0 => drop(members.remove(name)),
            _ => drop(members.insert(name.to_owned(), value(choices, 3))),
        }
    }
}

fn value(choices: &mut Choices<'_>, depth: usize) -> Value {
    const WORDS: [&str; 19] = [
        "",
        " ",
        "user",
        "Bearer",
        CLIENT_ID,
        ISSUER,
        "https://login.example.org/",
        AUDIENCE,
        "API",
        "JWT",
        "jwt",
        "at+jwt",
        "application/at+jwt",
        "access",
        "ID",
        "RS256",
        "none",
        KID,
        "1700000060",
    ];
    match choices.below(if depth == 0 { 6 } else { 8 }) {
        0 | 1 => json!(choices.pick(&WORDS)),
        2 => {
            let offset = choices.pick(&[
                -1_700_000_001,
                -61,
                -31,
                -30,
                -29,
                0,
                30,
                31,
                60,
                i64::MAX - NOW,
            ]);
            json!(NOW + offset)
        }
        3 => {
            let number = choices.pick(&[-0.5, 0.5, 1_699_999_970.5, 1_700_000_030.9, 1e12, 1e300]);
            json!(number)
        }
        4 => json!(choices.once_in(2)),
        5 => Value::Null,
        6 => (0..choices.below(4))
            .map(|_| value(choices, depth - 1))
            .collect(),
        _ => {
            let members = (0..choices.below(3)).map(|_| {
                let name = choices.pick(&WORDS).to_owned();
                (name, value(choices, depth - 1))
            });
            Value::Object(members.collect())
        }
    }
}

/// Replaces, inserts, removes, duplicates or truncates characters of a token.
pub(super) fn tampered(token: String, mut choices: Choices<'_>) -> String {
    const CHARACTERS: &[u8] = b"AQgw-_=+/. .\n\0Zz09{\"";
    let mut text = token.into_bytes();
    for _ in 0..=choices.below(3) {
        if text.is_empty() {
            break;
        }
        let at = choices.position(text.len());
        let character = choices.pick(CHARACTERS);
        match choices.below(6) {
            0 | 1 => text[at] = character,
            2 => text.insert(at, character),
            3 => drop(text.remove(at)),
            4 => text.push(character),
            _ => text.truncate(at + 1),
        }
    }
    String::from_utf8(text).expect("ASCII")
}

/// Whether the header is an object that a naive JSON parser and serializer leave unchanged, with
/// strings for the members that must be strings.
pub(super) fn is_tidy(token: &str) -> bool {
    let header = token.split('.').next().and_then(decode).unwrap_or_default();
    let Ok(Value::Object(members)) = serde_json::from_slice(&header) else {
        return false;
    };
    let strings = ["alg", "kid", "typ"]
        .iter()
        .all(|name| members.get(*name).is_none_or(Value::is_string));
    strings && Value::Object(members).to_string().as_bytes() == header
}

pub(super) fn decode(part: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    engine.decode(part).ok()
}

/// The header as a naive parser reads it; null if it is not JSON.
pub(super) fn header(token: &str) -> Value {
    let header = token.split('.').next().and_then(decode).unwrap_or_default();
    serde_json::from_slice(&header).unwrap_or_default()
}
