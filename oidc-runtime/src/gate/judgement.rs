//! The evaluation of the policies of a decision.

use super::verdict::{Denied, Verdict};
use crate::answer::Rejection;
use crate::client::Oidc;
use crate::policy::{
    Appraisal, Check, CheckResult, Denial, EvalContext, IssuedBy, PolicySpec, appraise, checks,
    explain, is_timeless, issuer_names,
};
use crate::request::RequestParts;
use crate::token::{Known, Principal};

/// What comes next.
pub(super) enum Judged {
    Done(Verdict),
    /// A policy needs the result of this check. Pass it to [`Judgement::answer`] and continue.
    NeedsCheck(Box<Judgement>, &'static dyn Check),
}

/// The evaluation of the policies for a user, one after another.
///
/// Together they are one conjunction: all have to hold, and if the issuer of the user is not let in
/// everywhere, one of them has to name it.
pub(super) struct Judgement {
    user: Principal,
    /// How many of the policies hold.
    passed: usize,
    /// The results of the next policy's checks so far.
    answers: Vec<bool>,
    /// Whether the issuer is let in: everywhere, or because one of those policies names it.
    is_let_in: bool,
}

impl Judgement {
    pub(super) fn of(user: Principal) -> Self {
        Self {
            is_let_in: user.verified().is_let_in_everywhere(),
            user,
            passed: 0,
            answers: Vec::new(),
        }
    }

    /// Of a user whom a guard has admitted: it has let their issuer in.
    pub(super) fn behind_a_guard(user: Principal) -> Self {
        Self {
            is_let_in: true,
            ..Self::of(user)
        }
    }

    /// At a route where each request belongs to a tenant: users of another issuer are denied, whatever the
    /// rule names.
    pub(super) fn at_tenant(
        user: Principal,
        tenant: &str,
        client: &Oidc,
        route: Option<&'static PolicySpec>,
    ) -> Judged {
        if user.issuer_name() == tenant {
            return Box::new(Self::behind_a_guard(user)).go_on(client, route);
        }
        let rejection = Rejection::denied(&client.config().challenges, &Denial::Issuer);
        Judged::Done(Verdict {
            caller: Ok(Some(user.into_verified())),
            denial: Some(Denied::ByClient(rejection)),
        })
    }

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
    pub(super) fn go_on(
        mut self: Box<Self>,
        client: &Oidc,
        route: Option<&'static PolicySpec>,
    ) -> Judged {
        let required = &client.config().global_policies;
        let policies = required.iter().copied().chain(route);
        let mut policies = policies.skip(self.passed);
        loop {
            // Before any check is called for a user who is not let in whatever it returns.
            let may_be_let_in = self.is_let_in || self.may_be_let_in(policies.clone());
            if !may_be_let_in {
                return self.denied(client, route, &Denial::Issuer);
            }
            let Some(policy) = policies.next() else {
                return Judged::Done(Ok(Some(self.user.into_verified())).into());
            };
            match self.finding(client, policy) {
                Finding::Holds { lets_in } => {
                    // It holds without an alternative that names the issuer, and there was no other chance.
                    if !(self.is_let_in || lets_in || self.may_be_let_in(policies.clone())) {
                        let denial = explain(&policy.rule, &self.context(client), false);
                        return self.denied(client, route, &denial);
                    }
                    self.passed += 1;
                    self.is_let_in |= lets_in;
                    self.answers.clear();
                }
                Finding::NeedsCheck(check) => return Judged::NeedsCheck(self, check),
                Finding::Fails => {
                    let is_let_in = self.is_let_in || self.may_be_let_in(policies);
                    let denial = explain(&policy.rule, &self.context(client), is_let_in);
                    return self.denied(client, route, &denial);
                }
            }
        }
    }

    /// Whether one of the policies names the issuer in one of its alternatives.
    fn may_be_let_in(&self, mut policies: impl Iterator<Item = &'static PolicySpec>) -> bool {
        let issuer = IssuedBy::of(&self.user);
        policies.any(|policy| issuer.may_be_let_in_by(&policy.rule))
    }

    /// The verdict that one of the policies denies the user, or that none of them lets their issuer in.
    fn denied(self, client: &Oidc, route: Option<&'static PolicySpec>, denial: &Denial) -> Judged {
        let config = client.config();
        let required = &config.global_policies;
        hint_at_unknown_issuers(client, required.iter().copied().chain(route));
        let rejection = Rejection::denied(&config.challenges, denial);
        let rejection = client.denied_at(self.passed, route, rejection);
        let is_of_client = self.passed < required.len() || route.is_none();
        let denied = if is_of_client {
            Denied::ByClient(rejection)
        } else {
            Denied::ByRoute(rejection)
        };
        Judged::Done(Verdict {
            caller: Ok(Some(self.user.into_verified())),
            denial: Some(denied),
        })
    }

    fn context<'f>(&'f self, client: &'f Oidc) -> EvalContext<'f> {
        EvalContext {
            user: &self.user,
            issuer: IssuedBy::of(&self.user),
            clock: &client.config().clock,
            answers: &self.answers,
        }
    }

    fn finding(&self, client: &Oidc, policy: &'static PolicySpec) -> Finding {
        let token = self.user.verified();
        if token.is_known(policy, Known::Admits) {
            return Finding::Holds { lets_in: true };
        }
        if !token.is_let_in_everywhere() && token.is_known(policy, Known::Holds) {
            return Finding::Holds { lets_in: false };
        }
        let Appraisal { holds, lets_in } = appraise(&policy.rule, &self.context(client));
        match (holds, lets_in.or(self.is_let_in.then_some(true))) {
            (Some(false), _) => Finding::Fails,
            (Some(true), Some(lets_in)) => {
                if is_timeless(&policy.rule) {
                    let known = if lets_in { Known::Admits } else { Known::Holds };
                    token.remember(policy, known);
                }
                Finding::Holds { lets_in }
            }
            (None, _) | (_, None) => match checks(&policy.rule).get(self.answers.len()) {
                Some(check) => Finding::NeedsCheck(*check),
                None => Finding::Fails,
            },
        }
    }
}

/// What is known about whether a user satisfies a policy.
enum Finding {
    Holds { lets_in: bool },
    Fails,
    NeedsCheck(&'static dyn Check),
}

/// Logs the names in rules that no issuer has, each once: nobody is let in because of them.
fn hint_at_unknown_issuers(client: &Oidc, policies: impl Iterator<Item = &'static PolicySpec>) {
    let config = client.config();
    let is_unknown = |name: &&str| config.issuer_names().all(|known| known != *name);
    for name in policies.flat_map(|policy| issuer_names(&policy.rule)) {
        if is_unknown(&name) {
            client.hints().unknown_issuer(name);
        }
    }
}
