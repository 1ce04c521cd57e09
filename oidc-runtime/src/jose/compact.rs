//! The compact serialization of a JWS (RFC 7515 §7.1), before anything in it is trusted.

use super::base64url::decode;
use super::error::TokenError;
use super::header::Header;

/// The longest accepted token. Servers limit headers to between 8 and 128 KiB; tokens with hundreds
/// of groups stay below this.
pub(crate) const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A token split into its parts. Only its header has been parsed.
pub(crate) struct Compact<'t> {
    pub(crate) header: Header,
    pub(crate) signed: &'t [u8],
    payload: &'t str,
    signature: &'t str,
}

impl<'t> Compact<'t> {
    pub(crate) fn parse(token: &'t str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        match payload.matches('.').count() {
            0 => {}
            // Five parts are a JWE (RFC 7516 §9).
            2 => return Err(TokenError::Encrypted),
            _ => return Err(TokenError::Malformed),
        }
        let header = Header::parse(&decode(header)?)?;
        Ok(Self {
            header,
            signed: signed.as_bytes(),
            payload,
            signature,
        })
    }

    pub(crate) fn signature(&self) -> Result<Vec<u8>, TokenError> {
        decode(self.signature)
    }

    /// The claims. Before the signature check they are anybody's.
    pub(crate) fn payload(&self) -> Result<Vec<u8>, TokenError> {
        decode(self.payload)
    }
}
