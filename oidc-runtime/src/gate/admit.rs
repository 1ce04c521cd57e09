//! For the guards: whether a request may go on.

use super::conclusion::Conclusion;
use super::decide::Decision;
use super::outcome::{Outcome, OutcomeStore, Promise};
use super::report;
use super::verdict::{Denied, Verdict};
use crate::answer::Rejection;
use crate::client::Oidc;
#[cfg(feature = "sessions")]
use crate::policy::demands_bearer;
use crate::policy::{AccessMode, PolicySpec};
use crate::request::RequestParts;

/// What a guard knows at once.
pub(crate) enum Attempt {
    Decided(Result<(), Rejection>),
    /// Something has to be awaited, by [`Oidc::admit_later`].
    Pending(Box<PendingDecision>),
}

/// A guard's decision that has to wait, and its promise to those behind it.
///
/// There is no admission without it: only a guard concludes, and only from its own decision.
pub(crate) struct PendingDecision {
    policy: &'static PolicySpec,
    decision: Decision,
    promise: Promise,
}

impl Oidc {
    /// Decides without waiting, if everything is known.
    pub(crate) fn admit_now(
        &self,
        policy: &'static PolicySpec,
        request: &mut impl OutcomeStore,
    ) -> Attempt {
        if let AccessMode::Public { .. } = policy.access {
            return Attempt::Decided(Ok(()));
        }
        let known = self.known(request);
        let decision = match known.as_deref().and_then(Outcome::identity) {
            Some(identity) => Decision::Caller(identity.caller.clone()),
            None => Decision::Credentials,
        };
        match decision.now(self, Some(policy), &request.parts()) {
            // perf: nothing to report or to keep, 30 instructions less of a hit's 960 (bench
            // `count hit`). A guard of any kind admits such a user, and extractors find them.
            Ok(verdict)
                if verdict.is_admission()
                    && !self.needs_guard(&verdict)
                    && self.caches_tokens() =>
            {
                Attempt::Decided(Ok(()))
            }
            Ok(verdict) => {
                Attempt::Decided(self.settle(policy, verdict, known.as_deref(), request))
            }
            Err(decision) => Attempt::Pending(Box::new(PendingDecision {
                policy,
                decision,
                promise: Promise::leave_with(request, self),
            })),
        }
    }

    /// Concludes, and caches what those behind the guard have to know. `known` is where the caller is
    /// known from.
    #[inline(never)]
    fn settle(
        &self,
        policy: &'static PolicySpec,
        verdict: Verdict,
        known: Option<&Outcome>,
        request: &mut impl OutcomeStore,
    ) -> Result<(), Rejection> {
        let conclusion = self.conclude(policy, &verdict, known, &request.parts());
        if self.has_to_be_cached(&conclusion, &verdict, known.is_some()) {
            let outcome = self.cache_outcome(request, conclusion.identity(verdict));
            outcome.note_report();
        }
        let admission = conclusion.admission();
        admission.map_err(|rejection| self.worded(rejection, None, &request.parts()))
    }

    /// Waits for what the decision needs.
    pub(crate) async fn admit_later(
        &self,
        pending: Box<PendingDecision>,
        request: &impl OutcomeStore,
    ) -> Result<(), Rejection> {
        let PendingDecision {
            policy,
            decision,
            promise,
        } = *pending;
        let parts = request.parts();
        let verdict = decision.later(self, Some(policy), &parts).await;
        let conclusion = self.conclude(policy, &verdict, None, &parts);
        promise.outcome().note_report();
        promise.outcome().settle(conclusion.identity(verdict));
        let admission = conclusion.admission();
        admission.map_err(|rejection| self.worded(rejection, None, &parts))
    }

    /// Decides, at once where that is possible, so that the ordinary request pays for no large
    /// future.
    pub(crate) async fn admit(
        &self,
        policy: &'static PolicySpec,
        request: &mut impl OutcomeStore,
    ) -> Result<(), Rejection> {
        match self.admit_now(policy, request) {
            Attempt::Decided(admission) => admission,
            Attempt::Pending(pending) => Box::pin(self.admit_later(pending, request)).await,
        }
    }

    /// Concludes and reports, unless whoever cached the caller has reported the same.
    fn conclude(
        &self,
        policy: &'static PolicySpec,
        verdict: &Verdict,
        known: Option<&Outcome>,
        request: &RequestParts<'_>,
    ) -> Conclusion {
        let unauthenticated = match &verdict.caller {
            Ok(None) => Some(self.missing_where(policy)),
            Err(rejection) => Some(self.invalid_at(policy, rejection)),
            Ok(Some(_)) => None,
        };
        let conclusion = Conclusion::of(policy.access, verdict, unauthenticated);
        if let Some(rejection) = conclusion.rejection() {
            let is_news = matches!(verdict.denial, Some(Denied::ByRoute(_)))
                || known.is_none_or(Outcome::note_report);
            if is_news {
                report(rejection.refusal(), None, request);
            }
        }
        conclusion
    }

    /// The rejection of a request without credentials. Where a session does not help, it has the code of
    /// that.
    pub(super) fn missing_where(&self, policy: &'static PolicySpec) -> Rejection {
        let missing = self.missing_at(policy);
        #[cfg(feature = "sessions")]
        if demands_bearer(&policy.rule) {
            return missing.map(|refusal| refusal.code = "bearer_required");
        }
        missing
    }

    /// Whether those behind the guard have to be told about the user: it is the route that lets them in, or
    /// that tells whose token they came with.
    fn needs_guard(&self, verdict: &Verdict) -> bool {
        let is_known_by_route =
            matches!(&verdict.caller, Ok(Some(user)) if self.is_known_by_route(user));
        is_known_by_route || verdict.needs_guard()
    }

    /// Whether those behind the guard would see somebody else without it, or pay a lot for the
    /// same.
    fn has_to_be_cached(&self, conclusion: &Conclusion, verdict: &Verdict, is_known: bool) -> bool {
        match conclusion {
            Conclusion::AdmitAnonymous(_) => true,
            Conclusion::Admit if self.needs_guard(verdict) => true,
            Conclusion::Admit | Conclusion::Reject(_) => {
                !is_known && self.is_costly(&verdict.caller)
            }
        }
    }
}
