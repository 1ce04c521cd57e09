//! The signature check, with its success expressed as a type.

use super::compact::Compact;
use super::error::TokenError;
use super::header::Header;
use crate::jose::{KeyId, KeySet};

/// The header and payload of a token with a verified signature of the provider. Only
/// [`check_signature`] creates it, so claims of an unverified token cannot be used by mistake.
pub(crate) struct Signed {
    pub(crate) header: Header,
    pub(crate) payload: Vec<u8>,
}

/// Verifies a signature (RFC 7515 §5.2, steps 2 to 5). The header selects only among the algorithms
/// that both the configuration and the key allow (RFC 8725 §3.1).
pub(crate) fn check_signature(token: Compact<'_>, keys: &KeySet) -> Result<Signed, TokenError> {
    signing_key(&token, keys, |_| true)?;
    Ok(Signed {
        payload: token.payload()?,
        header: token.header,
    })
}

/// The key that signed the token. Keys that are restricted to an issuer are asked for it by
/// `serves`.
pub(crate) fn signing_key(
    token: &Compact<'_>,
    keys: &KeySet,
    serves: impl Fn(&str) -> bool,
) -> Result<KeyId, TokenError> {
    let algorithm = token.header.algorithm;
    let mut candidates = keys.candidates(token.header.kid.as_deref(), algorithm)?;
    let signature = token.signature()?;
    candidates
        .find(|key| {
            key.issuer.as_deref().is_none_or(&serves)
                && key.verifies(algorithm, token.signed, &signature)
        })
        .map(|key| key.id)
        .ok_or(TokenError::SignatureInvalid)
}
