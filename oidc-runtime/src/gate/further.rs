//! A further policy for a user whom a guard has admitted.

use std::borrow::Cow;

use super::decide::Decision;
use super::judgement::Judgement;
use super::outcome::OutcomeStore;
use super::report;
use crate::answer::Rejection;
use crate::client::Oidc;
use crate::jose::TokenError;
use crate::policy::{PolicySpec, asked_scopes};
use crate::token::Principal;

impl Oidc {
    /// Whether the user satisfies a policy behind the one that has admitted them. Together they are one
    /// rule: if that one names their issuer, this one need not. A challenge asks for the scopes of both.
    pub(crate) async fn admit_further(
        &self,
        user: Principal,
        policy: &'static PolicySpec,
        above: &'static PolicySpec,
        request: &impl OutcomeStore,
    ) -> Result<(), Rejection> {
        let parts = request.parts();
        let decision = Decision::User(Box::new(Judgement::behind_a_guard(user)));
        let verdict = match decision.now(self, Some(policy), &parts) {
            Ok(verdict) => verdict,
            Err(decision) => Box::pin(decision.later(self, Some(policy), &parts)).await,
        };
        let Some(denied) = verdict.denial else {
            return Ok(());
        };
        let rejection = denied.rejection().clone();
        let rejection = if rejection.refusal().scopes.is_empty() {
            rejection
        } else {
            let above = asked_scopes(&above.rule).into_iter().map(Cow::Borrowed);
            rejection.asking_for(&self.config().challenges, above)
        };
        report(rejection.refusal(), None, &parts);
        Err(self.worded(rejection, None, &parts))
    }

    /// Whether the token of a user whom a guard with this policy has admitted is still valid.
    pub(crate) fn still_valid(
        &self,
        user: &Principal,
        policy: &PolicySpec,
        request: &impl OutcomeStore,
    ) -> Result<(), Rejection> {
        let config = self.config();
        if !user.verified().is_expired(config.clock.unix_seconds()) {
            return Ok(());
        }
        let expired = Rejection::invalid_token(&config.challenges, TokenError::Expired);
        Err(self.refuse(self.invalid_at(policy, &expired), request))
    }

    /// The rejection of a request without a token, where only programs call.
    pub(crate) fn refuse_nobody(
        &self,
        policy: &'static PolicySpec,
        request: &impl OutcomeStore,
    ) -> Rejection {
        self.refuse(self.missing_where(policy), request)
    }

    /// The rejection of a request of a program, for a reason that lies neither in its user nor in a
    /// policy. It is never a page or a redirect.
    pub(crate) fn refuse(&self, rejection: Rejection, request: &impl OutcomeStore) -> Rejection {
        let parts = request.parts();
        report(rejection.refusal(), None, &parts);
        self.worded_for_programs(rejection, None, &parts)
    }
}
