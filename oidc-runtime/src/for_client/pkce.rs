//! Proof Key for Code Exchange (RFC 7636).

use aws_lc_rs::error::Unspecified;

use crate::protocol;
use crate::secret::Secret;

/// A `code_verifier` that the client keeps.
#[derive(Clone, Debug)]
pub struct Verifier(Secret);

impl Verifier {
    /// 256 random bits.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers.
    pub fn new() -> Result<Self, Unspecified> {
        Ok(Self(Secret::new(crate::random::random()?)))
    }

    /// The verifier of somebody else, if it is one.
    pub fn of(text: &str) -> Option<Self> {
        protocol::is_verifier(text).then(|| Self(Secret::new(text)))
    }

    /// The S256 challenge of the verifier (§4.2).
    pub fn challenge(&self) -> String {
        protocol::challenge(self.0.expose())
    }

    /// The verifier itself, for the token request.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Whether this can be an S256 challenge.
pub fn is_challenge(text: &str) -> bool {
    protocol::is_challenge(text)
}

/// 256 random bits as 43 characters of base64url.
///
/// # Errors
///
/// If the system has no random numbers.
pub fn random() -> Result<String, Unspecified> {
    crate::random::random()
}
