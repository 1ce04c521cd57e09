//! A token, decoded and not verified.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Serialize;
use serde_json::{Map, Value};

/// Decodes what the server would not, so that it can be shown.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What a token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A JWS in compact serialization (RFC 7515 §7.1).
    Jwt,
    /// A JWE in compact serialization (RFC 7516 §7.1).
    Encrypted,
    /// Something that only its issuer can read.
    Opaque,
}

/// The header and the claims of a token. Anybody can write them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reading {
    pub(crate) kind: Kind,
    pub(crate) header: Option<Map<String, Value>>,
    pub(crate) claims: Option<Map<String, Value>>,
    #[serde(skip)]
    pub(crate) length: usize,
}

impl Reading {
    pub(crate) fn of(token: &str) -> Self {
        let parts: Vec<_> = token.split('.').take(6).collect();
        let header = parts.first().and_then(|part| object(part));
        let header = header.filter(|header| header.contains_key("alg"));
        let kind = match (&header, parts.len()) {
            (Some(_), 3) => Kind::Jwt,
            (Some(_), 5) => Kind::Encrypted,
            _ => Kind::Opaque,
        };
        let is_jwt = kind == Kind::Jwt;
        Self {
            kind,
            header: header.filter(|_| kind != Kind::Opaque),
            claims: parts
                .get(1)
                .filter(|_| is_jwt)
                .and_then(|part| object(part)),
            length: token.len(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&Value> {
        self.header.as_ref()?.get(name)
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.as_ref()?.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claim(name)?.as_str()
    }

    /// A date in seconds.
    pub(crate) fn seconds(&self, name: &str) -> Option<f64> {
        self.claim(name)?.as_f64()
    }

    /// The strings of a claim that is one, or a list of them.
    pub(crate) fn strings(&self, name: &str) -> Vec<&str> {
        match self.claim(name) {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = LENIENT.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_told_by_their_parts() {
        // `{"alg":"none"}`, and `{"a":1}`.
        let (header, claims) = ("eyJhbGciOiJub25lIn0", "eyJhIjoxfQ");
        for (token, kind, has_claims) in [
            (format!("{header}.{claims}."), Kind::Jwt, true),
            (format!("{header}.{claims}=.x"), Kind::Jwt, true),
            (format!("{header}.!.x"), Kind::Jwt, false),
            (format!("{header}.a.b.c.d"), Kind::Encrypted, false),
            (format!("{claims}.{claims}.x"), Kind::Opaque, false),
            (format!("{header}.{claims}"), Kind::Opaque, false),
            ("ory_at_x.y".to_owned(), Kind::Opaque, false),
            (String::new(), Kind::Opaque, false),
        ] {
            let reading = Reading::of(&token);
            assert_eq!(reading.kind, kind, "{token}");
            assert_eq!(reading.claims.is_some(), has_claims, "{token}");
        }
    }
}
