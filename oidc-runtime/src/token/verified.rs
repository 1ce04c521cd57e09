//! An access token that has been verified, in the form that is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::memo::Memo;
use super::roles::RolePlaces;
use crate::clock::UnixSeconds;
use crate::jwt::{Expectations, Signed, TokenError, access_token, is_expired};
use crate::keys::KeyId;
use crate::policy::PolicySpec;
use crate::provider::Provider;

/// A token whose signature and claims were found right. [`VerifiedToken::new`] is the only way
/// to one, and it takes the proof of a checked signature.
///
/// Only what verification and policies need is kept beside the text: other claims are read from
/// it again when somebody asks, so that a cached token costs little more than its text.
///
/// What every request looks at comes first, side by side: with thousands of tokens the processor
/// has to fetch it from far away.
#[repr(C)]
pub(crate) struct VerifiedToken {
    pub(crate) text: Arc<str>,
    pub(crate) expires_at: UnixSeconds,
    /// The key set epoch in which the key was last seen.
    epoch: AtomicU64,
    memo: Memo,
    key: KeyId,
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
    /// Checks the claims of a token whose signature was checked.
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

    /// Whether the key that signed it is still one of the provider's.
    pub(crate) fn is_signed_by(&self, provider: &Provider) -> bool {
        let epoch = provider.epoch();
        if self.epoch.load(Ordering::Relaxed) == epoch {
            return true;
        }
        let snapshot = provider.peek();
        let known = snapshot
            .as_ref()
            .is_some_and(|last| last.keys.contains(self.key));
        if known {
            self.epoch.store(epoch, Ordering::Relaxed);
        }
        known
    }

    /// Whether the policy is known to hold for this token, whatever the time.
    pub(crate) fn is_known_to_satisfy(&self, spec: &'static PolicySpec) -> bool {
        self.memo.holds(spec)
    }

    /// Notes that the policy holds for this token, whatever the time.
    pub(crate) fn satisfies_always(&self, spec: &'static PolicySpec) {
        self.memo.note(spec);
    }
}
