//! What a bearer token looks like, before anything in it is trusted.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a bearer token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A JWS in compact serialization (RFC 7515 §7.1).
    Signed,
    /// A JWE in compact serialization (RFC 7516 §7.1).
    Encrypted,
    /// Something that only its issuer can read.
    Opaque,
}

impl Shape {
    pub(crate) fn of(token: &str) -> Self {
        let parts: Vec<_> = token.split('.').take(6).collect();
        let has_header = parts.first().is_some_and(|header| is_header(header));
        match (has_header, parts.len()) {
            (true, 3) if parts.iter().copied().all(is_base64url) => Self::Signed,
            (true, 5) => Self::Encrypted,
            _ => Self::Opaque,
        }
    }
}

/// Whether it may have been base64url before somebody padded it or changed a character: what was a JWT
/// is not for somebody else to read.
fn is_base64url(part: &str) -> bool {
    let part = part.trim_end_matches('=');
    part.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// Whether it is an object with an algorithm, be it one that parsers disagree about.
fn is_header(part: &str) -> bool {
    let Ok(header) = LENIENT.decode(part.trim_end_matches('=')) else {
        return false;
    };
    if let Ok(header) = serde_json::from_slice::<Map<String, Value>>(&header) {
        return header.contains_key("alg");
    }
    let text = String::from_utf8_lossy(&header);
    text.trim_start().starts_with('{') && text.contains("\"alg\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jwt_has_three_parts_and_an_algorithm() {
        // `{"alg":"none"}`, `{}` and `{"typ":"JWT"}`.
        let (header, empty, other) = ("eyJhbGciOiJub25lIn0", "e30", "eyJ0eXAiOiJKV1QifQ");
        for (token, shape) in [
            (format!("{header}.{empty}."), Shape::Signed),
            (format!("{header}.{empty}.{empty}"), Shape::Signed),
            (format!("{header}..{empty}"), Shape::Signed),
            (
                format!("{header}.{empty}.{empty}.{empty}.{empty}"),
                Shape::Encrypted,
            ),
            (format!("{header}.~.~.~.~"), Shape::Encrypted),
            // The last character has bits that no encoder sets.
            (format!("{header}.{empty}.e31"), Shape::Signed),
            (format!("{header}.{empty}.{empty}="), Shape::Signed),
            // `{"alg":"RS256","x":1e999}`, and a member that occurs twice.
            (
                format!("eyJhbGciOiJSUzI1NiIsIngiOjFlOTk5fQ.{empty}.{empty}"),
                Shape::Signed,
            ),
            (
                format!("eyJhbGciOiJub25lIiwiYWxnIjoiIn0.{empty}.{empty}"),
                Shape::Signed,
            ),
            (format!("{header}.{empty}"), Shape::Opaque),
            (format!("{header}.{empty}.{empty}.{empty}"), Shape::Opaque),
            (format!("{header}.a+b.{empty}"), Shape::Opaque),
            (format!("{other}.{empty}.{empty}"), Shape::Opaque),
            ("ory_at_abc.def".to_owned(), Shape::Opaque),
            ("a.b.c".to_owned(), Shape::Opaque),
            ("abc".to_owned(), Shape::Opaque),
            (String::new(), Shape::Opaque),
        ] {
            assert_eq!(Shape::of(&token), shape, "{token}");
        }
    }
}
