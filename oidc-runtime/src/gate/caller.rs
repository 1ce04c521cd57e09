//! For the extractors: who is calling.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::decide::Decision;
use super::outcome::{Identity, Outcome, OutcomeStore, Promise};
use super::report;
use crate::answer::Rejection;
use crate::client::{Authentication, Oidc};
use crate::token::{BearerToken, Claims, Principal};

impl Oidc {
    /// Who is calling. If a guard or another extractor is finding it out, this waits for it.
    pub(crate) async fn caller(&self, request: &mut impl OutcomeStore) -> Authentication {
        while let Some(outcome) = self.cached_outcome(request) {
            if let Some(identity) = outcome.wait().await {
                return identity.seen.clone();
            }
        }
        match Decision::Credentials.now(self, None, &request.parts()) {
            Ok(verdict) => {
                let seen = verdict.seen();
                if self.is_costly(&seen) {
                    self.cache_outcome(request, verdict.into());
                }
                seen
            }
            Err(decision) => {
                let promise = Promise::leave_with(request, self);
                let verdict = Box::pin(decision.later(self, None, &request.parts())).await;
                let seen = verdict.seen();
                promise.outcome().settle(verdict.into());
                seen
            }
        }
    }

    /// The user, for extractors that require one, and for the sign-in endpoint of this name.
    pub(crate) async fn user(
        &self,
        request: &mut impl OutcomeStore,
        endpoint: Option<&'static str>,
    ) -> Result<Principal, Rejection> {
        let rejection = match self.caller(request).await {
            Ok(Some(token)) => return Ok(Principal::new(token)),
            Ok(None) => self.missing().clone(),
            Err(rejection) => rejection,
        };
        let known = self.known(request);
        let outcome = known.unwrap_or_else(|| self.cache_outcome(request, Ok(None).into()));
        if outcome.note_report() {
            report(rejection.refusal(), endpoint, &request.parts());
        }
        Err(self.worded(rejection, endpoint, &request.parts()))
    }

    /// The access token of the request: the one it came with, or that of its session, renewed if need
    /// be.
    pub(crate) async fn bearer_token(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Result<BearerToken, Rejection> {
        let user = self.user(request, None).await?;
        match BearerToken::of_request(&user) {
            Some(token) => Ok(token),
            #[cfg(feature = "sessions")]
            None => self.token_of_session(request).await,
            #[cfg(not(feature = "sessions"))]
            None => Err(self.missing().clone()),
        }
    }

    /// The same for handlers that serve others as well.
    #[cfg(feature = "axum")]
    pub(crate) async fn bearer_token_if_any(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Option<BearerToken> {
        self.caller(request).await.ok()??;
        self.bearer_token(request).await.ok()
    }

    /// The user's claims in the application's type.
    pub(crate) async fn claims<T: DeserializeOwned>(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Result<Claims<T>, Rejection> {
        let user = self.user(request, None).await?;
        user.deserialize().map(Claims).map_err(|_| {
            let rejection = Rejection::forbidden(&self.config().challenges, "claims_unfit");
            report(rejection.refusal(), None, &request.parts());
            self.worded(rejection, None, &request.parts())
        })
    }

    /// The same for handlers that serve others as well: claims that do not fit are as good as none.
    #[cfg(feature = "axum")]
    pub(crate) async fn claims_if_any<T: DeserializeOwned>(
        &self,
        request: &mut impl OutcomeStore,
    ) -> Option<Claims<T>> {
        let user = self.caller(request).await.ok()?.map(Principal::new)?;
        user.deserialize().map(Claims).ok()
    }

    pub(super) fn cache_outcome(
        &self,
        request: &mut impl OutcomeStore,
        identity: Identity,
    ) -> Arc<Outcome> {
        let outcome = Arc::new(Outcome::new(self, &request.parts()));
        outcome.settle(identity);
        request.cache(Arc::clone(&outcome));
        outcome
    }

    /// What this client has cached with the request, if it is still about its credentials.
    pub(super) fn cached_outcome(&self, request: &impl OutcomeStore) -> Option<Arc<Outcome>> {
        request
            .cached(self)
            .filter(|outcome| outcome.is_about(&request.parts()))
    }

    /// The same, if the caller is known already.
    pub(super) fn known(&self, request: &impl OutcomeStore) -> Option<Arc<Outcome>> {
        self.cached_outcome(request)
            .filter(|outcome| outcome.identity().is_some())
    }

    /// Whether finding it out again would cost much.
    pub(super) fn is_costly(&self, caller: &Authentication) -> bool {
        match caller {
            Ok(None) => false,
            Ok(Some(_)) => !self.caches_tokens(),
            Err(_) => true,
        }
    }
}
