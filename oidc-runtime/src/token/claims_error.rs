//! Why claims are invalid, in more detail than a client may learn.

use crate::jose::TokenError;

/// A reason, and the claim it concerns, if any. The claim is logged, but only for tokens with a
/// verified signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClaimsError {
    pub(super) reason: TokenError,
    pub(super) claim: Option<&'static str>,
}

impl ClaimsError {
    pub(super) fn malformed(claim: impl Into<Option<&'static str>>) -> Self {
        Self {
            reason: TokenError::ClaimsMalformed,
            claim: claim.into(),
        }
    }

    pub(super) fn other_kind(claim: &'static str) -> Self {
        Self {
            reason: TokenError::NotAnAccessToken,
            claim: Some(claim),
        }
    }
}

impl From<TokenError> for ClaimsError {
    fn from(reason: TokenError) -> Self {
        Self {
            reason,
            claim: None,
        }
    }
}

impl From<ClaimsError> for TokenError {
    fn from(error: ClaimsError) -> Self {
        error.reason
    }
}
