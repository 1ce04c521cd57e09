//! Who calls: from the credentials of a request to a verified token.

use std::sync::Arc;
use std::task::Poll;

use crate::credentials::{Credentials, b64token};
use crate::jwt::{Compact, Expectations, TokenError, check_signature, worth_asking};
use crate::oidc::{Caller, Oidc};
use crate::provider::Snapshot;
use crate::rejection::Rejection;
use crate::telemetry;
use crate::token::VerifiedToken;

impl Oidc {
    /// Verifies the credentials of a request without waiting, if the provider's keys are here
    /// and have the key.
    pub(crate) fn authenticate_now(&self, credentials: Credentials<'_>) -> Poll<Caller> {
        let token = match credentials {
            Credentials::Bearer(token) => token,
            Credentials::Absent => return Poll::Ready(Ok(None)),
            Credentials::Malformed => return Poll::Ready(Err(self.malformed())),
        };
        let now = self.now();
        if !self.provider().is_usable(now) {
            return Poll::Pending;
        }
        self.provider().keep_fresh(now);
        if let Some(cache) = self.cache() {
            let seconds = now.as_secs().cast_signed();
            if let Some(token) = cache.get(token, seconds, self.provider()) {
                return Poll::Ready(Ok(Some(token)));
            }
        }
        let Ok(text) = str::from_utf8(token) else {
            return Poll::Ready(Err(self.malformed()));
        };
        let snapshot = self.provider().peek();
        let Some(snapshot) = snapshot.as_ref() else {
            return Poll::Pending;
        };
        match self.verify(text, snapshot) {
            Ok(token) => Poll::Ready(Ok(Some(token))),
            Err(TokenError::KeyUnknown) => Poll::Pending,
            // Not before: what verifies is made of the right characters.
            Err(_) if b64token(token).is_none() => Poll::Ready(Err(self.malformed())),
            Err(reason) => Poll::Ready(Err(self.invalid(reason))),
        }
    }

    /// The same, waiting for the provider where it has to be asked.
    pub(crate) async fn authenticate(&self, credentials: Credentials<'_>) -> Caller {
        if let Poll::Ready(caller) = self.authenticate_now(credentials) {
            return caller;
        }
        self.learn_keys_for(credentials).await?;
        match self.authenticate_now(credentials) {
            Poll::Ready(caller) => caller,
            Poll::Pending => Err(self.unavailable()),
        }
    }

    /// Waits until [`authenticate_now`](Self::authenticate_now), which was pending, can answer.
    ///
    /// `Ok` says that asking it once more is worthwhile; if it is still pending then, the answer
    /// is [`unavailable`](Self::unavailable). An error is the answer.
    pub(crate) async fn learn_keys_for(
        &self,
        credentials: Credentials<'_>,
    ) -> Result<(), Rejection> {
        let Credentials::Bearer(token) = credentials else {
            return Ok(());
        };
        let token = b64token(token).ok_or_else(|| self.malformed())?;
        let ready = self.provider().ready().await;
        let known = ready.map_err(|_| self.unavailable())?;
        let found = self.learn_key_of(token, &known).await;
        found.map_err(|reason| self.invalid(reason))
    }

    /// The answer while the provider is needed and cannot be asked.
    pub(crate) fn unavailable(&self) -> Rejection {
        Rejection::unavailable(self.provider().retry_after())
    }

    /// Makes sure that the provider was asked for the key of this token, if it is worth that.
    async fn learn_key_of(&self, token: &str, known: &Snapshot) -> Result<(), TokenError> {
        let compact = Compact::parse(token)?;
        let Some(kid) = compact.header.kid.as_deref() else {
            return Ok(());
        };
        if known.keys.has_kid(kid) {
            return Ok(());
        }
        let issued_at = worth_asking(&compact, &self.expectations(known))?;
        if self.provider().look_again(kid, issued_at).await {
            Ok(())
        } else {
            Err(TokenError::KeyUnknown)
        }
    }

    /// The only place where an access token becomes a verified one.
    fn verify(&self, token: &str, snapshot: &Snapshot) -> Result<Arc<VerifiedToken>, TokenError> {
        let compact = Compact::parse(token)?;
        let signed = check_signature(compact, &snapshot.keys)?;
        let expected = self.expectations(snapshot);
        let issuer = &snapshot.metadata.issuer;
        let token = Arc::new(VerifiedToken::new(
            token,
            &signed,
            &expected,
            issuer,
            snapshot.epoch,
        )?);
        telemetry::verified();
        if let Some(cache) = self.cache() {
            cache.insert(Arc::clone(&token));
        }
        Ok(token)
    }

    pub(crate) fn expectations<'e>(&'e self, snapshot: &'e Snapshot) -> Expectations<'e> {
        Expectations {
            issuer: &snapshot.metadata.issuer,
            audiences: self.config().audiences.as_deref(),
            now: self.config().clock.unix_seconds(),
        }
    }

    fn malformed(&self) -> Rejection {
        Rejection::malformed_credentials(&self.config().realm)
    }

    fn invalid(&self, reason: TokenError) -> Rejection {
        Rejection::invalid_token(&self.config().realm, reason)
    }
}
