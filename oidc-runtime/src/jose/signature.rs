//! Checks a signature, and proves by a type that it did.

use super::compact::Compact;
use super::error::TokenError;
use super::header::Header;
use crate::jose::{KeyId, KeySet};

/// A header and claims whose signature is one of the provider's. Only [`check_signature`] makes
/// it, so claims cannot be read from a token that was not checked.
pub(crate) struct Signed {
    pub(crate) header: Header,
    pub(crate) payload: Vec<u8>,
    pub(crate) key: KeyId,
}

/// Steps 2 to 5 of RFC 7515 §5.2. The algorithm comes from the intersection of what the
/// configuration allows and what the key is for; the header only chooses within it
/// (RFC 8725 §3.1).
pub(crate) fn check_signature(token: Compact<'_>, keys: &KeySet) -> Result<Signed, TokenError> {
    let algorithm = token.header.algorithm;
    let key = {
        let mut candidates = keys.candidates(token.header.kid.as_deref(), algorithm)?;
        let signature = token.signature()?;
        candidates
            .find(|key| key.verifies(algorithm, token.signed, &signature))
            .map(|key| key.id)
    };
    Ok(Signed {
        key: key.ok_or(TokenError::SignatureInvalid)?,
        payload: token.payload()?,
        header: token.header,
    })
}
