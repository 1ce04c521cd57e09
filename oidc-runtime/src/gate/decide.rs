//! A decision about a request, as a machine that says what it needs next.
//!
//! The machine holds the logic and never waits. Two drivers move it: one stops where something
//! has to be awaited, the other awaits it (see [`drive`](super::drive)).

use crate::answer::Rejection;
use crate::client::Credentials;
use crate::client::{Authentication, Oidc};
use crate::policy::{
    Check, CheckResult, Denial, EvalContext, PolicySpec, checks, explain, holds, is_timeless,
};
use crate::request::RequestParts;
use crate::token::Principal;

/// How far a decision has come: who is calling, and whether they satisfy the policies.
///
/// The policies that the client requires of every token come first, the policy of the route comes
/// last.
pub(super) enum Decision {
    /// The credentials have not been judged yet.
    Credentials,
    /// The client has authenticated the caller before.
    Caller(Authentication),
    /// The policies judge a user.
    User(Box<Judgement>),
}

/// What comes next.
pub(super) enum Step {
    Done(Verdict),
    /// The provider's keys at hand do not suffice to judge the credentials.
    NeedsKeys,
    /// A policy asks this check. [`Judgement::answer`] what it returns, then go on.
    NeedsCheck(Box<Judgement>, &'static dyn Check),
}

/// What a decision came to.
pub(super) struct Verdict {
    /// According to the credentials alone.
    pub(super) caller: Authentication,
    /// Why the user does not satisfy the policies.
    pub(super) denial: Option<Denied>,
}

/// Whose policy a user does not satisfy.
pub(super) enum Denied {
    /// What the client requires of every token: to this application they are no user.
    ByClient(Rejection),
    ByRoute(Rejection),
}

impl Verdict {
    /// Whether there is a user who satisfies all policies.
    pub(super) fn is_admission(&self) -> bool {
        matches!(self.caller, Ok(Some(_))) && self.denial.is_none()
    }

    /// Whom the extractors see, if no guard has a say in it.
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
    /// Goes as far as what is known allows. Without a policy of the route, it only identifies the
    /// caller.
    // perf: 40 of the 1,000 instructions of a hit go with the call (bench `count hit`).
    #[expect(clippy::inline_always, reason = "rustc keeps it apart otherwise")]
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
            Self::Credentials => {
                let credentials = Credentials::of(request.authorization());
                match client.authenticate_now(credentials) {
                    Some(caller) => caller,
                    None => return Step::NeedsKeys,
                }
            }
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

/// Policies and the user whom they judge, one after another.
pub(super) struct Judgement {
    user: Principal,
    /// How many of the policies hold.
    passed: usize,
    /// What the checks of the next one returned so far.
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

    /// Notes what it returned.
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
                Finding::Fails(Rejection::denied(&config.realm, &denial))
            }
            None => match checks(&policy.rule).get(self.answers.len()) {
                Some(check) => Finding::NeedsCheck(*check),
                None => Finding::Fails(Rejection::denied(&config.realm, &Denial::Forbidden)),
            },
        }
    }
}

/// What is known about a user and a policy.
enum Finding {
    Holds,
    Fails(Rejection),
    NeedsCheck(&'static dyn Check),
}
