//! Evaluates a rule for a token: a pure function of the token, the time and the results of checks.

use serde_json::{Map, Value};

use super::check::Check;
use super::issuers::IssuedBy;
use super::spec::{Rule, Scalar};
use crate::clock::{SharedClock, UnixSeconds};
#[cfg(feature = "sessions")]
use crate::token::Via;
use crate::token::is_recent;
use crate::token::{Principal, value_at};

/// The input of an evaluation.
#[derive(Clone, Copy)]
pub(crate) struct EvalContext<'f> {
    pub(crate) user: &'f Principal,
    pub(crate) issuer: IssuedBy<'f>,
    pub(crate) clock: &'f SharedClock,
    /// The results of the rule's checks so far, in the order of [`checks`].
    pub(crate) answers: &'f [bool],
}

/// Whether the rule holds; `None` if that depends on a check without a result yet.
///
/// It decides alone about tokens whose issuer is let in, see [`appraise`](super::appraise()).
pub(crate) fn holds(rule: &Rule, context: &EvalContext<'_>) -> Option<bool> {
    if knows_too_little(rule, context) {
        return Some(false);
    }
    Evaluation {
        context,
        checks_seen: 0,
    }
    .rule(rule)
}

/// Whether the rule asks for claims that cannot be read. That a claim is not known does not mean that
/// the user is without it, so such a rule does not hold, whatever it is.
pub(super) fn knows_too_little(rule: &Rule, context: &EvalContext<'_>) -> bool {
    reads_claims(rule) && context.user.readable_claims().is_none()
}

/// The checks of a rule, in the order in which their results are expected.
pub(crate) fn checks(rule: &Rule) -> Vec<&'static dyn Check> {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().flat_map(checks).collect(),
        Rule::Not(rule) => checks(rule),
        Rule::Policy { spec, .. } => checks(&spec.rule),
        Rule::Check { check, .. } => vec![*check],
        Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_) => Vec::new(),
    }
}

/// Whether the rule asks for claims that are not parsed during verification.
fn reads_claims(rule: &Rule) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(reads_claims),
        Rule::Not(rule) => reads_claims(rule),
        Rule::Policy { spec, .. } => reads_claims(&spec.rule),
        Rule::Claim { .. } | Rule::Roles(_) => true,
        Rule::Scopes(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => false,
    }
}

/// Whether the result depends on the user only, so that it can be cached with them.
pub(crate) fn is_timeless(rule: &Rule) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().all(is_timeless),
        Rule::Not(rule) => is_timeless(rule),
        Rule::Policy { spec, .. } => is_timeless(&spec.rule),
        Rule::MaxAge(_) | Rule::Check { .. } => false,
        Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::Via(_)
        | Rule::Issuer(_) => true,
    }
}

/// Whether only an access token of the request can satisfy the rule, so that signing in does not help.
#[cfg(feature = "sessions")]
pub(crate) fn demands_bearer(rule: &Rule) -> bool {
    match rule {
        Rule::Via(via) => *via == Via::Bearer,
        Rule::All(rules) => rules.iter().any(demands_bearer),
        Rule::Policy { spec, .. } => demands_bearer(&spec.rule),
        Rule::Any(_)
        | Rule::Not(_)
        | Rule::MaxAge(_)
        | Rule::Check { .. }
        | Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::Issuer(_) => false,
    }
}

pub(super) struct Evaluation<'f> {
    pub(super) context: &'f EvalContext<'f>,
    /// How many checks have been evaluated. Every part of a rule is visited, even if the result is
    /// known, so that a check always has the same index.
    pub(super) checks_seen: usize,
}

impl Evaluation<'_> {
    pub(super) fn rule(&mut self, rule: &Rule) -> Option<bool> {
        let user = self.context.user;
        match rule {
            Rule::All(rules) => every(&self.each(rules)),
            Rule::Any(rules) => some(&self.each(rules)),
            Rule::Not(rule) => self.rule(rule).map(|holds| !holds),
            Rule::Policy { spec, .. } => self.rule(&spec.rule),
            Rule::Check { .. } => {
                self.checks_seen += 1;
                self.context.answers.get(self.checks_seen - 1).copied()
            }
            Rule::Scopes(scopes) => Some(scopes.iter().all(|scope| scope.is_granted_to(user))),
            Rule::Claim { path, any_of } => Some(claim_matches(user.claims(), path, any_of)),
            Rule::Roles(roles) => Some(roles.iter().any(|role| user.has_role(role))),
            Rule::Acr(values) => Some(user.acr().is_some_and(|acr| values.contains(&acr))),
            Rule::MaxAge(seconds) => Some(self.is_recent(*seconds)),
            Rule::Via(via) => Some(user.via() == *via),
            Rule::Issuer(names) => Some(names.contains(&self.context.issuer.name)),
        }
    }

    fn each(&mut self, rules: &[Rule]) -> Vec<Option<bool>> {
        rules.iter().map(|rule| self.rule(rule)).collect()
    }

    fn is_recent(&self, seconds: u64) -> bool {
        let limit = UnixSeconds::try_from(seconds).unwrap_or(UnixSeconds::MAX);
        let now = self.context.clock.unix_seconds();
        let at = self.context.user.auth_time_seconds();
        at.is_some_and(|at| is_recent(at, limit, now))
    }
}

/// False beats unknown, unknown beats true.
pub(super) fn every(results: &[Option<bool>]) -> Option<bool> {
    if results.contains(&Some(false)) {
        Some(false)
    } else {
        (!results.contains(&None)).then_some(true)
    }
}

/// True beats unknown, unknown beats false.
pub(super) fn some(results: &[Option<bool>]) -> Option<bool> {
    if results.contains(&Some(true)) {
        Some(true)
    } else {
        (!results.contains(&None)).then_some(false)
    }
}

fn claim_matches(claims: &Map<String, Value>, path: &[&str], any_of: &[Scalar]) -> bool {
    match value_at(claims, path) {
        Some(Value::Array(items)) => items.iter().any(|item| is_any_of(item, any_of)),
        Some(value) => is_any_of(value, any_of),
        None => false,
    }
}

fn is_any_of(value: &Value, any_of: &[Scalar]) -> bool {
    any_of.iter().any(|expected| match (expected, value) {
        (Scalar::Str(expected), Value::String(found)) => expected == found,
        (Scalar::Int(expected), Value::Number(found)) => found.as_i64() == Some(*expected),
        (Scalar::Bool(expected), Value::Bool(found)) => expected == found,
        (Scalar::Str(_) | Scalar::Int(_) | Scalar::Bool(_), _) => false,
    })
}
