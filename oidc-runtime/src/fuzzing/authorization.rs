//! Compares the parser of the `Authorization` field with an independent one.

use crate::client::{Credentials, b64token};
use crate::request::Authorization;

/// Parses the field; returns whether it contains a token.
///
/// # Panics
/// When the field is read differently from the grammar of RFC 9110 §11.4 and RFC 6750 §2.1.
pub fn authorization(field: &[u8]) -> bool {
    let credentials = Credentials::of(Authorization::One(field));
    let found = match credentials {
        Credentials::Bearer(token) => {
            assert!(!token.is_empty());
            b64token(token).map(str::as_bytes)
        }
        Credentials::Absent | Credentials::Empty | Credentials::Malformed => None,
    };
    assert_eq!(
        found,
        expected(field),
        "{:?}",
        String::from_utf8_lossy(field)
    );
    found.is_some()
}

/// `"Bearer" 1*SP 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn expected(field: &[u8]) -> Option<&[u8]> {
    let scheme = field.get(..6)?;
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return None;
    }
    let mut at = 6;
    while field.get(at) == Some(&b' ') {
        at += 1;
    }
    let token = &field[at..];
    let mut length = 0;
    while token.get(length).is_some_and(|byte| {
        matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    }) {
        length += 1;
    }
    let only_padding_follows = token[length..].iter().all(|byte| *byte == b'=');
    (at > 6 && length > 0 && only_padding_follows).then_some(token)
}
