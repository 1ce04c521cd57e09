//! Proof Key for Code Exchange (RFC 7636).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// The longest `code_verifier` (RFC 7636 §4.1).
const MAX_VERIFIER_BYTES: usize = 128;

/// Proves that a code is redeemed by the client that requested it.
#[derive(Clone, Deserialize, Serialize)]
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Proof {
    /// A verifier that this application generated; the sealed state contains it.
    Verifier(String),
    /// The challenge of a client that keeps its verifier.
    Challenge(String),
}

/// Why the proof fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProofError {
    /// The client sent its own challenge to the login, but no verifier now.
    VerifierMissing,
    /// The verifier does not match the challenge (RFC 7636 §4.6).
    VerifierMismatch,
}

impl Proof {
    /// The `code_challenge` of the authorization request.
    pub(crate) fn challenge(&self) -> String {
        match self {
            Self::Verifier(verifier) => challenge(verifier),
            Self::Challenge(challenge) => challenge.clone(),
        }
    }

    /// The `code_verifier` of the token request. `offered` is the one that the client sent, if any.
    pub(crate) fn verifier<'p>(&'p self, offered: Option<&'p str>) -> Result<&'p str, ProofError> {
        match (self, offered) {
            (Self::Verifier(verifier), None) => Ok(verifier),
            (Self::Challenge(_), None) => Err(ProofError::VerifierMissing),
            (_, Some(offered)) if challenge(offered) == self.challenge() => Ok(offered),
            (_, Some(_)) => Err(ProofError::VerifierMismatch),
        }
    }
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// Whether this can be an S256 challenge: 256 bits in base64url.
pub(crate) fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|hash| hash.len() == 32)
}

/// Whether this can be the verifier of a client that made its own challenge. The provider checks
/// its minimum length.
pub(crate) fn is_verifier(text: &str) -> bool {
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
    fn a_challenge_is_a_sha_256_hash() {
        assert!(is_challenge(&challenge("a verifier")));
        for text in [
            "",
            "AAAA",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
        ] {
            assert!(!is_challenge(text), "{text}");
        }
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
