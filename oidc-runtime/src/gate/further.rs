//! A further policy for a user whom a guard has admitted.

use std::borrow::Cow;

use super::decide::{Decision, Denied, Verdict};
use super::outcome::OutcomeStore;
use super::report;
use crate::answer::Rejection;
use crate::client::Oidc;
use crate::policy::{PolicySpec, asked_scopes};
use crate::token::Principal;

impl Oidc {
    /// Whether the user satisfies a policy behind the one that has admitted them. A challenge asks for
    /// the scopes of both.
    pub(crate) async fn admit_further(
        &self,
        user: Principal,
        policy: &'static PolicySpec,
        above: &'static PolicySpec,
        request: &impl OutcomeStore,
    ) -> Result<(), Rejection> {
        let parts = request.parts();
        let decision = Decision::Caller(Ok(Some(user.into_verified())));
        let verdict = match decision.now(self, Some(policy), &parts) {
            Ok(verdict) => verdict,
            Err(decision) => Box::pin(decision.later(self, Some(policy), &parts)).await,
        };
        let Verdict {
            denial: Some(Denied::ByClient(rejection) | Denied::ByRoute(rejection)),
            ..
        } = verdict
        else {
            return Ok(());
        };
        let rejection = if rejection.refusal().scopes.is_empty() {
            rejection
        } else {
            let above = asked_scopes(&above.rule).into_iter().map(Cow::Borrowed);
            rejection.asking_for(&self.config().challenges, above)
        };
        report(rejection.refusal(), None, &parts);
        Err(self.worded(rejection, None, &parts))
    }

    /// The rejection of a request for a reason that lies neither in its user nor in a policy.
    pub(crate) fn refuse(&self, rejection: Rejection, request: &impl OutcomeStore) -> Rejection {
        let parts = request.parts();
        report(rejection.refusal(), None, &parts);
        self.worded(rejection, None, &parts)
    }
}
