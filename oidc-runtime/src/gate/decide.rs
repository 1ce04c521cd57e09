//! The decision about a request, as a state machine without I/O.
//!
//! Each step returns the verdict or what it needs next. Two drivers advance the machine: one stops
//! when something has to be awaited, the other awaits it (see [`drive`](super::drive)).

use super::identify::identify_now;
use crate::answer::Rejection;
use crate::client::{Authentication, Oidc};
use crate::policy::{
    Check, CheckResult, Denial, EvalContext, PolicySpec, checks, explain, holds, is_timeless,
};
use crate::request::RequestParts;
use crate::token::Principal;

/// The state of a decision. The client's global policies are evaluated first, the policy of the
/// route last.
pub(super) enum Decision {
    /// The credentials have not been verified yet.
    Credentials,
    /// The client has already verified the credentials.
    Caller(Authentication),
    /// The policies are evaluated for a user.
    User(Box<Judgement>),
}

/// What comes next.
pub(super) enum Step {
    Done(Verdict),
    /// Keys have to be fetched to verify the credentials, or the store of the sessions has to be
    /// asked.
    NeedsIdentity,
    /// A policy needs the result of this check. Pass it to [`Judgement::answer`] and continue.
    NeedsCheck(Box<Judgement>, &'static dyn Check),
}

/// The result of a decision.
pub(super) struct Verdict {
    /// The user according to the credentials, before any policy.
    pub(super) caller: Authentication,
    /// Why a policy denies the user.
    pub(super) denial: Option<Denied>,
}

/// Whose policy denies a user.
pub(super) enum Denied {
    /// A global policy: the token counts as invalid for this application.
    ByClient(Rejection),
    ByRoute(Rejection),
}

impl Verdict {
    /// Whether there is a user who satisfies all policies.
    pub(super) fn is_admission(&self) -> bool {
        matches!(self.caller, Ok(Some(_))) && self.denial.is_none()
    }

    /// The user that extractors see if there is no guard.
    pub(super) fn seen(&self) -> Authentication {
        match &self.denial {
            Some(Denied::ByClient(rejection)) => Err(rejection.clone()),
            Some(Denied::ByRoute(_)) | None => self.caller.clone(),
        }
    }
}

impl From<Authentication> for Verdict {
    fn from(caller: Authentication) -> Self {
        Self {
            caller,
            denial: None,
        }
    }
}

impl Decision {
    /// Advances as far as possible without I/O. Without a policy of the route, it only identifies
    /// the user.
    // perf: the call costs 40 of the 1,000 instructions of a hit (bench `count hit`).
    #[expect(clippy::inline_always, reason = "rustc does not inline it otherwise")]
    #[inline(always)]
    pub(super) fn step(
        self,
        client: &Oidc,
        route: Option<&'static PolicySpec>,
        request: &RequestParts<'_>,
    ) -> Step {
        let required = &*client.config().global_policies;
        let caller = match self {
            Self::User(judgement) => return judgement.go_on(client, route),
            Self::Caller(caller) => caller,
            Self::Credentials => match identify_now(client, request) {
                Some(caller) => caller,
                None => return Step::NeedsIdentity,
            },
        };
        let token = match caller {
            Ok(Some(token)) => token,
            caller => return Step::Done(caller.into()),
        };
        let is_known_to_satisfy = |policy: &'static PolicySpec| token.is_known_to_satisfy(policy);
        if required.iter().copied().all(is_known_to_satisfy)
            && route.is_none_or(is_known_to_satisfy)
        {
            return Step::Done(Ok(Some(token)).into());
        }
        let judgement = Judgement {
            user: Principal::new(token),
            passed: 0,
            answers: Vec::new(),
        };
        Box::new(judgement).go_on(client, route)
    }
}

/// The evaluation of the policies for a user, one after another.
pub(super) struct Judgement {
    user: Principal,
    /// How many of the policies hold.
    passed: usize,
    /// The results of the next policy's checks so far.
    answers: Vec<bool>,
}

impl Judgement {
    /// Calls a check for this user.
    pub(super) fn call<'a>(
        &'a self,
        check: &'static dyn Check,
        request: &'a RequestParts<'a>,
    ) -> CheckResult<'a> {
        check.call(&self.user, request)
    }

    /// Records the result of a check.
    pub(super) fn answer(&mut self, answer: bool) {
        self.answers.push(answer);
    }

    #[inline(never)]
    fn go_on(mut self: Box<Self>, client: &Oidc, route: Option<&'static PolicySpec>) -> Step {
        let required = &client.config().global_policies;
        let policies = required.iter().copied().chain(route);
        for policy in policies.skip(self.passed) {
            match self.finding(client, policy) {
                Finding::Holds => {
                    self.passed += 1;
                    self.answers.clear();
                }
                Finding::NeedsCheck(check) => return Step::NeedsCheck(self, check),
                Finding::Fails(denial) => {
                    let denial = if self.passed < required.len() {
                        Denied::ByClient(denial)
                    } else {
                        Denied::ByRoute(denial)
                    };
                    return Step::Done(Verdict {
                        caller: Ok(Some(self.user.into_verified())),
                        denial: Some(denial),
                    });
                }
            }
        }
        Step::Done(Ok(Some(self.user.into_verified())).into())
    }

    fn finding(&self, client: &Oidc, policy: &'static PolicySpec) -> Finding {
        let token = self.user.verified();
        if token.is_known_to_satisfy(policy) {
            return Finding::Holds;
        }
        let config = client.config();
        let context = EvalContext {
            user: &self.user,
            clock: &config.clock,
            answers: &self.answers,
        };
        match holds(&policy.rule, &context) {
            Some(true) => {
                if is_timeless(&policy.rule) {
                    token.satisfies_always(policy);
                }
                Finding::Holds
            }
            Some(false) => {
                let denial = explain(&policy.rule, &context);
                Finding::Fails(Rejection::denied(&config.challenges, &denial))
            }
            None => match checks(&policy.rule).get(self.answers.len()) {
                Some(check) => Finding::NeedsCheck(*check),
                None => Finding::Fails(Rejection::denied(&config.challenges, &Denial::Forbidden)),
            },
        }
    }
}

/// What is known about whether a user satisfies a policy.
enum Finding {
    Holds,
    Fails(Rejection),
    NeedsCheck(&'static dyn Check),
}
