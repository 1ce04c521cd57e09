//! Why claims are refused, in more detail than a caller may learn.

use crate::jose::TokenError;

/// A reason, and the claim that is to blame, if it is one. The claim is for the log only, and only
/// of tokens whose signature was checked.
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
