//! Decides by a rule: pure, told what is known of the token and the time.

use serde_json::{Map, Value};

use super::check::Check;
use super::spec::{Rule, Scalar};
use crate::clock::{SharedClock, UnixSeconds};
use crate::jwt::SKEW;
use crate::token::IdToken;

/// What a rule is judged by.
#[derive(Clone, Copy)]
pub(crate) struct Facts<'f> {
    pub(crate) user: &'f IdToken,
    pub(crate) clock: &'f SharedClock,
    /// The answers of the rule's checks so far, in the order of [`checks`].
    pub(crate) answers: &'f [bool],
}

/// Whether the rule holds; `None` if that hangs on a check that has not answered yet.
pub(crate) fn holds(rule: &Rule, facts: &Facts<'_>) -> Option<bool> {
    Evaluation { facts, asked: 0 }.rule(rule)
}

/// The checks of a rule, in the order in which their answers are expected.
pub(crate) fn checks(rule: &Rule) -> Vec<&'static dyn Check> {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().flat_map(checks).collect(),
        Rule::Not(rule) => checks(rule),
        Rule::Policy { spec, .. } => checks(&spec.rule),
        Rule::Check { check, .. } => vec![*check],
        _ => Vec::new(),
    }
}

/// Whether the outcome hangs on nothing but the token.
pub(crate) fn is_timeless(rule: &Rule) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().all(is_timeless),
        Rule::Not(rule) => is_timeless(rule),
        Rule::Policy { spec, .. } => is_timeless(&spec.rule),
        Rule::MaxAge(_) | Rule::Check { .. } => false,
        Rule::Scopes(_) | Rule::Claim { .. } | Rule::Roles(_) | Rule::Acr(_) => true,
    }
}

struct Evaluation<'f> {
    facts: &'f Facts<'f>,
    /// How many checks have been passed. Every part of a rule is visited, so that this counts
    /// the same way each time.
    asked: usize,
}

impl Evaluation<'_> {
    fn rule(&mut self, rule: &Rule) -> Option<bool> {
        let user = self.facts.user;
        match rule {
            Rule::All(rules) => self.every(rules),
            Rule::Any(rules) => self.some(rules),
            Rule::Not(rule) => self.rule(rule).map(|holds| !holds),
            Rule::Policy { spec, .. } => self.rule(&spec.rule),
            Rule::Check { .. } => {
                self.asked += 1;
                self.facts.answers.get(self.asked - 1).copied()
            }
            Rule::Scopes(scopes) => Some(scopes.iter().all(|scope| user.has_scope(scope))),
            Rule::Claim { path, any_of } => Some(claim_matches(user.claims(), path, any_of)),
            Rule::Roles(roles) => Some(roles.iter().any(|role| user.has_role(role))),
            Rule::Acr(values) => Some(user.acr().is_some_and(|acr| values.contains(&acr))),
            Rule::MaxAge(seconds) => Some(self.is_recent(*seconds)),
        }
    }

    /// False beats unknown, unknown beats true.
    fn every(&mut self, rules: &[Rule]) -> Option<bool> {
        let outcomes: Vec<_> = rules.iter().map(|rule| self.rule(rule)).collect();
        if outcomes.contains(&Some(false)) {
            Some(false)
        } else {
            (!outcomes.contains(&None)).then_some(true)
        }
    }

    /// True beats unknown, unknown beats false.
    fn some(&mut self, rules: &[Rule]) -> Option<bool> {
        let outcomes: Vec<_> = rules.iter().map(|rule| self.rule(rule)).collect();
        if outcomes.contains(&Some(true)) {
            Some(true)
        } else {
            (!outcomes.contains(&None)).then_some(false)
        }
    }

    /// Nobody has signed in after now, but for clocks that differ.
    fn is_recent(&self, seconds: u64) -> bool {
        self.facts.user.auth_time_seconds().is_some_and(|at| {
            let limit = UnixSeconds::try_from(seconds).unwrap_or(UnixSeconds::MAX);
            let age = self.facts.clock.unix_seconds().saturating_sub(at);
            (-SKEW..=limit).contains(&age)
        })
    }
}

fn claim_matches(claims: &Map<String, Value>, path: &[&str], any_of: &[Scalar]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return false;
    };
    let found = rest.iter().try_fold(claims.get(*first), |value, name| {
        Some(value?.as_object()?.get(*name))
    });
    match found.flatten() {
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
        _ => false,
    })
}

/// Why a rule does not hold, as far as the caller can do something about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// With these scopes it would hold (RFC 6750 §3.1).
    Scope {
        needed: Vec<&'static str>,
        missing: Vec<&'static str>,
    },
    /// With a stronger or newer authentication it would hold (RFC 9470 §3).
    StepUp {
        acr: Vec<&'static str>,
        max_age: Option<u64>,
    },
    /// Nothing that the caller can ask the provider for.
    Forbidden,
}

/// Says why a rule that does not hold fails, with the remedy that is nearest at hand.
pub(crate) fn explain(rule: &Rule, facts: &Facts<'_>) -> Denial {
    Explanation { facts, asked: 0 }
        .rule(rule)
        .unwrap_or(Denial::Forbidden)
}

struct Explanation<'f> {
    facts: &'f Facts<'f>,
    asked: usize,
}

impl Explanation<'_> {
    /// Why this part fails; `None` if it holds.
    fn rule(&mut self, rule: &Rule) -> Option<Denial> {
        match rule {
            Rule::All(rules) => {
                let denial = self.each(rules).into_iter().flatten().reduce(both)?;
                Some(with_granted_scopes(denial, rules))
            }
            Rule::Any(rules) => {
                let denials: Option<Vec<_>> = self.each(rules).into_iter().collect();
                denials.map(|denials| {
                    denials
                        .into_iter()
                        .min_by_key(effort)
                        .unwrap_or(Denial::Forbidden)
                })
            }
            Rule::Policy { spec, .. } => self.rule(&spec.rule),
            leaf => {
                let mut evaluation = Evaluation {
                    facts: self.facts,
                    asked: self.asked,
                };
                let holds = evaluation.rule(leaf);
                self.asked = evaluation.asked;
                (holds != Some(true)).then(|| self.leaf(leaf))
            }
        }
    }

    fn each(&mut self, rules: &[Rule]) -> Vec<Option<Denial>> {
        rules.iter().map(|rule| self.rule(rule)).collect()
    }

    fn leaf(&self, rule: &Rule) -> Denial {
        match rule {
            Rule::Scopes(scopes) => Denial::Scope {
                needed: scopes.to_vec(),
                missing: scopes
                    .iter()
                    .copied()
                    .filter(|scope| !self.facts.user.has_scope(scope))
                    .collect(),
            },
            Rule::Acr(values) => Denial::StepUp {
                acr: values.to_vec(),
                max_age: None,
            },
            Rule::MaxAge(seconds) => Denial::StepUp {
                acr: Vec::new(),
                max_age: Some(*seconds),
            },
            _ => Denial::Forbidden,
        }
    }
}

/// Adds the scopes that the other rules of a conjunction need: a client that asks for those of
/// the challenge only would lose what it has (RFC 6750 §3).
fn with_granted_scopes(mut denial: Denial, rules: &[Rule]) -> Denial {
    if let Denial::Scope { needed, .. } = &mut denial {
        for scope in rules.iter().flat_map(scopes) {
            if !needed.contains(&scope) {
                needed.push(scope);
            }
        }
    }
    denial
}

/// The scopes without which a rule cannot hold.
fn scopes(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Scopes(scopes) => scopes.to_vec(),
        Rule::All(rules) => rules.iter().flat_map(scopes).collect(),
        Rule::Policy { spec, .. } => scopes(&spec.rule),
        _ => Vec::new(),
    }
}

/// Scopes are told first, for they are checked before claims; a new authentication is asked for
/// only if it would suffice.
fn both(one: Denial, other: Denial) -> Denial {
    match (one, other) {
        (
            Denial::Scope {
                mut needed,
                mut missing,
            },
            Denial::Scope {
                needed: n,
                missing: m,
            },
        ) => {
            needed.extend(n);
            missing.extend(m);
            Denial::Scope { needed, missing }
        }
        (scope @ Denial::Scope { .. }, _) | (_, scope @ Denial::Scope { .. }) => scope,
        (Denial::StepUp { mut acr, max_age }, Denial::StepUp { acr: a, max_age: m }) => {
            acr.extend(a);
            let max_age = match (max_age, m) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            Denial::StepUp { acr, max_age }
        }
        _ => Denial::Forbidden,
    }
}

/// How much a caller has to do about a denial.
fn effort(denial: &Denial) -> u8 {
    match denial {
        Denial::StepUp { .. } => 0,
        Denial::Scope { .. } => 1,
        Denial::Forbidden => 2,
    }
}
