//! A user whose claims are verified, in the form in which they are cached.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::access_token::access_token;
use super::expectations::Expectations;
use super::memo::Memo;
use super::roles::RolePlaces;
use super::rules::is_expired;
use crate::clock::UnixSeconds;
use crate::jose::{KeyId, Signed, TokenError};

/// A user from an access token with a valid signature and valid claims, or from a session that began
/// with such tokens. Their constructors are [`VerifiedUser::new`], which requires the proof of a
/// checked signature, and [`VerifiedUser::of_session`].
///
/// Only the claims that verification and policies need are kept beside the text. The others are
/// parsed from it when needed, so that a cached token takes little more memory than its text.
pub(crate) struct VerifiedUser {
    /// A compact access token, or the claims of a session as JSON.
    pub(crate) text: Arc<str>,
    /// The signature of the access token; `None` for a session.
    pub(crate) signature: Option<Signature>,
    pub(crate) expires_at: UnixSeconds,
    pub(super) memo: Memo,
    pub(crate) issuer: Arc<str>,
    pub(crate) subject: Box<str>,
    /// Separated by spaces.
    pub(crate) scopes: Box<str>,
    pub(crate) acr: Option<Box<str>>,
    pub(crate) issued_at: Option<UnixSeconds>,
    pub(crate) authenticated_at: Option<UnixSeconds>,
    pub(super) role_places: Arc<RolePlaces>,
}

/// The signature of a verified access token.
pub(crate) struct Signature {
    pub(crate) key: KeyId,
    /// The epoch of the latest key set known to contain the key.
    pub(crate) epoch: AtomicU64,
}

impl VerifiedUser {
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
            signature: Some(Signature {
                key: signed.key,
                epoch: AtomicU64::new(epoch),
            }),
            expires_at: claims.exp.ok_or(TokenError::ClaimsMalformed)?.0,
            memo: Memo::default(),
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
