//! A verified access token, in the form in which it is cached.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::access_token::access_token;
use super::expectations::Expectations;
use super::memo::Memo;
use super::roles::RolePlaces;
use super::rules::is_expired;
use crate::clock::UnixSeconds;
use crate::jose::{KeyId, Signed, TokenError};

/// An access token with a valid signature and valid claims. [`VerifiedToken::new`] is its only
/// constructor, and requires the proof of a checked signature.
///
/// Only the claims that verification and policies need are kept beside the text. The others are
/// parsed from it when needed, so that a cached token takes little more memory than its text.
#[repr(C)]
pub(crate) struct VerifiedToken {
    pub(crate) text: Arc<str>,
    pub(crate) expires_at: UnixSeconds,
    /// The epoch of the latest key set known to contain the key.
    pub(crate) epoch: AtomicU64,
    memo: Memo,
    pub(crate) key: KeyId,
    pub(crate) issuer: Arc<str>,
    pub(crate) subject: Box<str>,
    /// Separated by spaces.
    pub(crate) scopes: Box<str>,
    pub(crate) acr: Option<Box<str>>,
    pub(crate) issued_at: Option<UnixSeconds>,
    pub(crate) authenticated_at: Option<UnixSeconds>,
    pub(super) role_places: Arc<RolePlaces>,
}

impl VerifiedToken {
    /// Validates the claims of a token with a verified signature.
    pub(crate) fn new(
        text: &str,
        signed: &Signed,
        expected: &Expectations<'_>,
        issuer: &Arc<str>,
        role_places: &Arc<RolePlaces>,
        epoch: u64,
    ) -> Result<Self, TokenError> {
        let claims = access_token(signed, expected)?;
        Ok(Self {
            text: text.into(),
            expires_at: claims.exp.ok_or(TokenError::ClaimsMalformed)?.0,
            epoch: AtomicU64::new(epoch),
            memo: Memo::default(),
            key: signed.key,
            issuer: Arc::clone(issuer),
            subject: claims.sub.ok_or(TokenError::ClaimsMalformed)?,
            scopes: claims.scope.unwrap_or_default(),
            acr: claims.acr,
            issued_at: claims.iat.map(|date| date.0),
            authenticated_at: claims.auth_time.map(|date| date.0),
            role_places: Arc::clone(role_places),
        })
    }

    pub(crate) fn is_expired(&self, now: UnixSeconds) -> bool {
        is_expired(self.expires_at, now)
    }

    /// Whether the policy is known to hold for this token, at any time.
    pub(crate) fn is_known_to_satisfy<T>(&self, policy: &'static T) -> bool {
        self.memo.holds(policy)
    }

    /// Records that the policy holds for this token, at any time.
    pub(crate) fn satisfies_always<T>(&self, policy: &'static T) {
        self.memo.note(policy);
    }
}
