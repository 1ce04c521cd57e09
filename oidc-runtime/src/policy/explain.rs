//! Says why a rule does not hold, with the remedy that is nearest at hand.

use super::evaluate::{EvalContext, Evaluation};
use super::scope::OAuthScope;
use super::spec::Rule;

/// Why a rule does not hold, as far as the caller can do something about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// These scopes are needed (RFC 6750 §3.1).
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

/// Explains a rule that does not hold.
pub(crate) fn explain(rule: &Rule, context: &EvalContext<'_>) -> Denial {
    let shortfall = Explanation { context, asked: 0 }.rule(rule);
    shortfall.unwrap_or_default().into_denial()
}

/// What a token shortfall for a rule to hold.
#[derive(Default)]
struct Shortfall {
    needed: Vec<&'static str>,
    missing: Vec<&'static str>,
    acr: Vec<&'static str>,
    max_age: Option<u64>,
    /// Something else, which no new token brings.
    other: bool,
}

impl Shortfall {
    /// Of two rules that have to hold together.
    fn and(mut self, more: Self) -> Self {
        add(&mut self.needed, more.needed);
        add(&mut self.missing, more.missing);
        add(&mut self.acr, more.acr);
        self.max_age = match (self.max_age, more.max_age) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.other |= more.other;
        self
    }

    /// How much a caller has to do about it, the heaviest first. Of two rules that no new token
    /// helps with, the one that wants scopes is told, as elsewhere.
    fn effort(&self) -> (bool, bool, bool) {
        let scopes = !self.missing.is_empty();
        (self.other, self.other != scopes, self.wants_step_up())
    }

    fn wants_step_up(&self) -> bool {
        !self.acr.is_empty() || self.max_age.is_some()
    }

    /// Scopes are told first, for they are checked before claims; a new authentication is asked
    /// for only if it would suffice.
    fn into_denial(self) -> Denial {
        if !self.missing.is_empty() {
            Denial::Scope {
                needed: self.needed,
                missing: self.missing,
            }
        } else if self.wants_step_up() && !self.other {
            Denial::StepUp {
                acr: self.acr,
                max_age: self.max_age,
            }
        } else {
            Denial::Forbidden
        }
    }
}

fn add(names: &mut Vec<&'static str>, more: Vec<&'static str>) {
    for name in more {
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

struct Explanation<'f> {
    context: &'f EvalContext<'f>,
    asked: usize,
}

impl Explanation<'_> {
    /// What is lacking for this part; `None` if it holds.
    fn rule(&mut self, rule: &Rule) -> Option<Shortfall> {
        match rule {
            Rule::All(rules) => {
                let mut shortfall = self
                    .each(rules)
                    .into_iter()
                    .flatten()
                    .reduce(Shortfall::and)?;
                // A client that asks for the scopes of the challenge only would lose those it
                // has (RFC 6750 §3).
                add(&mut shortfall.needed, scopes(rule));
                Some(shortfall)
            }
            Rule::Any(rules) => {
                let shortfall: Option<Vec<_>> = self.each(rules).into_iter().collect();
                shortfall.map(|shortfall| {
                    shortfall
                        .into_iter()
                        .min_by_key(Shortfall::effort)
                        .unwrap_or(OTHER)
                })
            }
            Rule::Policy { spec, .. } => self.rule(&spec.rule),
            leaf @ (Rule::Not(_)
            | Rule::Scopes(_)
            | Rule::Claim { .. }
            | Rule::Roles(_)
            | Rule::Acr(_)
            | Rule::MaxAge(_)
            | Rule::Check { .. }) => {
                let mut evaluation = Evaluation {
                    context: self.context,
                    asked: self.asked,
                };
                let holds = evaluation.rule(leaf);
                self.asked = evaluation.asked;
                (holds != Some(true)).then(|| self.leaf(leaf))
            }
        }
    }

    fn each(&mut self, rules: &[Rule]) -> Vec<Option<Shortfall>> {
        rules.iter().map(|rule| self.rule(rule)).collect()
    }

    fn leaf(&self, rule: &Rule) -> Shortfall {
        let user = self.context.user;
        match rule {
            Rule::Scopes(scopes) => Shortfall {
                needed: scopes.iter().map(OAuthScope::name).collect(),
                missing: scopes
                    .iter()
                    .filter(|scope| !scope.is_granted_to(user))
                    .map(OAuthScope::name)
                    .collect(),
                ..Shortfall::default()
            },
            Rule::Acr(values) => Shortfall {
                acr: values.to_vec(),
                ..Shortfall::default()
            },
            Rule::MaxAge(seconds) => Shortfall {
                max_age: Some(*seconds),
                ..Shortfall::default()
            },
            Rule::All(_)
            | Rule::Any(_)
            | Rule::Not(_)
            | Rule::Claim { .. }
            | Rule::Roles(_)
            | Rule::Check { .. }
            | Rule::Policy { .. } => OTHER,
        }
    }
}

const OTHER: Shortfall = Shortfall {
    needed: Vec::new(),
    missing: Vec::new(),
    acr: Vec::new(),
    max_age: None,
    other: true,
};

/// The scopes that a rule names and without which it cannot hold, but for those that imply them.
fn scopes(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Scopes(scopes) => scopes.iter().map(OAuthScope::name).collect(),
        Rule::All(rules) => rules.iter().flat_map(scopes).collect(),
        Rule::Policy { spec, .. } => scopes(&spec.rule),
        Rule::Any(_)
        | Rule::Not(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Check { .. } => Vec::new(),
    }
}
