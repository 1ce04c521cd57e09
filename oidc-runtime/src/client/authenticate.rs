//! Authenticates a request: from its credentials to a verified access token.

use std::sync::Arc;

use super::credentials::{Credentials, b64token};
use super::oidc::{Authentication, Oidc};
use crate::answer::Rejection;
use crate::config::BoundTokens;
use crate::jose::{Compact, TokenError, check_signature};
use crate::provider::{NeededKey, Snapshot, Unverified};
use crate::telemetry;
use crate::token::{Expectations, VerifiedUser, accept_if_signed, access_token_subject};

impl Oidc {
    /// Verifies the credentials of a request without waiting; `None` if keys have to be fetched
    /// first.
    pub(crate) fn authenticate_now(&self, credentials: Credentials<'_>) -> Option<Authentication> {
        let token = match credentials {
            Credentials::Bearer(token) => token,
            Credentials::Absent | Credentials::Empty => return Some(Ok(None)),
            Credentials::Malformed => return Some(Err(self.malformed())),
        };
        let now = self.now();
        if !self.provider().is_usable(now) {
            return None;
        }
        self.provider().keep_fresh(now);
        if let Some(cache) = self.cache() {
            let seconds = now.as_secs().cast_signed();
            if let Some(token) = cache.get(token, seconds, self.provider()) {
                return Some(Ok(Some(token)));
            }
        }
        let Ok(text) = str::from_utf8(token) else {
            return Some(Err(self.malformed()));
        };
        let snapshot = self.provider().peek();
        let snapshot = snapshot.as_ref()?;
        match self.verify(text, snapshot) {
            Ok(token) => Some(Ok(Some(token))),
            // Only now: a token that verifies contains no other characters.
            Err(_) if b64token(token).is_none() => Some(Err(self.malformed())),
            Err(reason) => self.judge(text, reason, snapshot).map(Err),
        }
    }

    /// Verifies them where [`authenticate_now`](Self::authenticate_now) could not: fetches the keys
    /// that it needs.
    pub(crate) async fn authenticate_later(&self, credentials: Credentials<'_>) -> Authentication {
        self.learn_keys_for(credentials).await?;
        let caller = self.authenticate_now(credentials);
        caller.unwrap_or_else(|| Err(self.unavailable()))
    }

    async fn learn_keys_for(&self, credentials: Credentials<'_>) -> Result<(), Rejection> {
        let Credentials::Bearer(token) = credentials else {
            return Ok(());
        };
        let token = b64token(token).ok_or_else(|| self.malformed())?;
        let received_at = self.now();
        let ready = self.provider().ready().await;
        let snapshot = ready.map_err(|_| self.unavailable())?;
        let Ok(compact) = Compact::parse(token) else {
            return Ok(());
        };
        let Ok(issued_at) = accept_if_signed(&compact, &self.expectations(&snapshot)) else {
            return Ok(());
        };
        let key = NeededKey::new(&compact, issued_at, received_at);
        let verify = |latest: &Snapshot| self.verify(token, latest).map(drop);
        let verified = self.provider().verify_with_refresh(&key, verify).await;
        verified.map_err(|unverified| self.unverified(token, &unverified))
    }

    /// The rejection if the provider is required but unreachable.
    fn unavailable(&self) -> Rejection {
        Rejection::unavailable(self.provider().retry_after())
    }

    /// The rejection of a token that did not verify; `None` if newer keys may verify it.
    fn judge(&self, token: &str, reason: TokenError, snapshot: &Snapshot) -> Option<Rejection> {
        let Ok(compact) = Compact::parse(token) else {
            return Some(self.invalid(token, reason));
        };
        match accept_if_signed(&compact, &self.expectations(snapshot)) {
            Ok(issued_at) => {
                let key = NeededKey::new(&compact, issued_at, self.now());
                let verdict = self.provider().judge(&key, reason, snapshot);
                verdict.map(|unverified| self.unverified(token, &unverified))
            }
            // It is invalid with any key.
            Err(other) if reason == TokenError::KeyUnknown => Some(self.invalid(token, other)),
            Err(_) => Some(self.invalid(token, reason)),
        }
    }

    /// The only place where access tokens are verified.
    fn verify(&self, token: &str, snapshot: &Snapshot) -> Result<Arc<VerifiedUser>, TokenError> {
        let compact = Compact::parse(token)?;
        let signed = check_signature(compact, &snapshot.keys)?;
        let expected = self.expectations(snapshot);
        let issuer = &snapshot.metadata.issuer;
        let token = Arc::new(VerifiedUser::new(
            token,
            &signed,
            &expected,
            issuer,
            &self.config().role_places,
            snapshot.epoch,
        )?);
        telemetry::verified();
        if let Some(cache) = self.cache() {
            cache.insert(Arc::clone(&token));
        }
        Ok(token)
    }

    /// The subject of an access token, if it is valid for this application.
    pub(crate) fn subject_of(&self, token: &str) -> Option<Box<str>> {
        let latest = self.provider().peek();
        let provider = latest.as_ref()?;
        let signed = check_signature(Compact::parse(token).ok()?, &provider.keys).ok()?;
        access_token_subject(&signed, &self.expectations(provider))
    }

    pub(super) fn expectations<'e>(&'e self, snapshot: &'e Snapshot) -> Expectations<'e> {
        let config = self.config();
        Expectations {
            issuer: &snapshot.metadata.issuer,
            client_id: &config.client_id,
            audiences: config.audiences.as_deref(),
            authorized_parties: config.authorized_parties.as_deref(),
            algorithms: &config.algorithms,
            accept_unmarked: config.accept_unmarked_tokens,
            gateway_checks_certificates: config.bound_tokens == BoundTokens::CheckedByGateway,
            now: config.clock.unix_seconds(),
        }
    }

    fn malformed(&self) -> Rejection {
        Rejection::malformed_credentials(&self.config().challenges)
    }

    fn unverified(&self, token: &str, unverified: &Unverified) -> Rejection {
        match unverified {
            Unverified::Invalid(reason) => self.invalid(token, *reason),
            Unverified::TooEarly(left) => Rejection::too_early_for_keys(*left),
            Unverified::Unreachable(_) => self.unavailable(),
        }
    }

    fn invalid(&self, token: &str, reason: TokenError) -> Rejection {
        self.hints()
            .refused(reason, token, &self.config().algorithms);
        Rejection::invalid_token(&self.config().challenges, reason)
    }
}
