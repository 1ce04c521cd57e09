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
    pub(crate) key: KeyId,
}

/// Verifies a signature (RFC 7515 §5.2, steps 2 to 5). The header selects only among the algorithms
/// that both the configuration and the key allow (RFC 8725 §3.1).
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
