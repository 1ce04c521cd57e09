//! A user whose claims are verified, in the form in which they are cached.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::access_token::access_token;
use super::expectations::Expectations;
use super::memo::{Known, Memo};
use super::rules::{SKEW, is_expired};
use super::trust::Trust;
use super::unchecked::SignedToken;
use crate::clock::UnixSeconds;
use crate::jose::{KeyId, TokenError};

/// A user from an access token with a valid signature and valid claims, or from a session that began
/// with such tokens. Their constructors are [`VerifiedUser::new`], which requires the proof of a
/// checked signature, and [`VerifiedUser::of_session`].
///
/// Only the claims that verification and policies need are kept beside the text. The others are
/// parsed from it when needed, so that a cached token takes little more memory than its text.
pub(crate) struct VerifiedUser {
    /// An access token, or the claims of a session as JSON.
    pub(crate) text: Arc<str>,
    pub(crate) source: Source,
    /// When it has to be verified again, if it can be; not before this second.
    pub(crate) valid_until: UnixSeconds,
    pub(crate) expires_at: UnixSeconds,
    pub(super) memo: Memo,
    pub(crate) issuer: Arc<str>,
    pub(crate) subject: Box<str>,
    /// Separated by spaces.
    pub(crate) scopes: Box<str>,
    pub(crate) acr: Option<Box<str>>,
    pub(crate) issued_at: Option<UnixSeconds>,
    pub(crate) authenticated_at: Option<UnixSeconds>,
    pub(crate) trust: Arc<Trust>,
}

/// How it is known that the claims are true.
pub(crate) enum Source {
    /// By the signature of the access token.
    Signed(Signature),
    /// By the word of the issuer, who was asked about the access token.
    Introspected {
        /// As JSON.
        claims: Box<str>,
        /// The answer names no user, but the application itself.
        is_application: bool,
    },
    /// By the session that they are from.
    #[cfg_attr(not(feature = "sessions"), allow(dead_code, reason = "there are none"))]
    Session,
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
        signed: SignedToken,
        expected: &Expectations<'_>,
        epoch: u64,
    ) -> Result<Self, TokenError> {
        let key = signed.key;
        let mapped_scopes = expected.trust.scopes(&signed.payload);
        let claims = access_token(signed, expected)?;
        let expires_at = claims.exp.ok_or(TokenError::ClaimsMalformed)?.0;
        Ok(Self {
            text: text.into(),
            source: Source::Signed(Signature {
                key,
                epoch: AtomicU64::new(epoch),
            }),
            valid_until: expires_at.saturating_add(SKEW),
            expires_at,
            memo: Memo::default(),
            issuer: expected
                .issuer
                .named(claims.iss.as_deref().unwrap_or_default()),
            subject: claims.sub.ok_or(TokenError::ClaimsMalformed)?,
            scopes: mapped_scopes.or(claims.scope).unwrap_or_default(),
            acr: claims.acr,
            issued_at: claims.iat.map(|date| date.0),
            authenticated_at: claims.auth_time.map(|date| date.0),
            trust: Arc::clone(expected.trust),
        })
    }

    /// Whether it is not valid any more, whoever is asked.
    pub(crate) fn is_expired(&self, now: UnixSeconds) -> bool {
        is_expired(self.expires_at, now)
    }

    /// Whether it has to be verified again.
    pub(crate) fn is_over(&self, now: UnixSeconds) -> bool {
        now >= self.valid_until
    }

    /// The name of the issuer in the configuration.
    pub(crate) fn issuer_name(&self) -> &str {
        &self.trust.name
    }

    /// Whether tokens of the issuer are let in where no rule names one.
    pub(crate) fn is_let_in_everywhere(&self) -> bool {
        self.trust.everywhere
    }

    /// Whether this is known about the policy.
    pub(crate) fn is_known<T>(&self, policy: &'static T, known: Known) -> bool {
        self.memo.has(policy, known)
    }

    /// Records what is true of the policy at any time.
    pub(crate) fn remember<T>(&self, policy: &'static T, known: Known) {
        self.memo.note(policy, known);
    }
}
