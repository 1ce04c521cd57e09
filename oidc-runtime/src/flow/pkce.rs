//! Proof Key for Code Exchange (RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The longest `code_verifier` (RFC 7636 §4.1).
const MAX_VERIFIER_BYTES: usize = 128;

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// Whether this can be the verifier of a client that made its own challenge. Whether it is long
/// enough is for the provider to say.
pub(super) fn is_verifier(text: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (1..=MAX_VERIFIER_BYTES).contains(&text.len()) && text.bytes().all(unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pair_of_rfc_7636_appendix_b() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn verifiers_have_unreserved_characters_only() {
        assert!(is_verifier(&"a".repeat(43)));
        assert!(is_verifier(&"aZ09-._~".repeat(16)));
        for text in ["", "a b", "a|b", "a+b", "a\u{e4}"] {
            assert!(!is_verifier(text), "{text}");
        }
        assert!(!is_verifier(&"a".repeat(129)));
    }
}
