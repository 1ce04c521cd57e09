//! Explains why a rule does not hold, by the remedy that costs the client least.

use super::evaluate::{EvalContext, Evaluation};
use super::scope::OAuthScope;
use super::spec::Rule;
use crate::token::Via;

/// Why a rule does not hold, and what the client can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denial {
    /// The token needs these scopes (RFC 6750 §3.1).
    Scope {
        needed: Vec<&'static str>,
        missing: Vec<&'static str>,
    },
    /// A stronger or more recent authentication is required (RFC 9470 §3).
    StepUp {
        acr: Vec<&'static str>,
        max_age: Option<u64>,
    },
    /// Only users who are known in this way are admitted.
    Via(Via),
    /// Tokens of this issuer are not let in here.
    Issuer,
    /// A new token would not help.
    Forbidden,
}

/// Explains a rule that does not hold. `is_let_in` is whether the issuer of the token is let in whatever
/// the rule says.
pub(crate) fn explain(rule: &Rule, context: &EvalContext<'_>, is_let_in: bool) -> Denial {
    let shortfall = Explanation {
        context,
        checks_seen: 0,
    }
    .rule(rule, is_let_in);
    shortfall.unwrap_or_default().into_denial()
}

/// What a token lacks for a rule to hold.
#[derive(Default)]
struct Shortfall {
    needed: Vec<&'static str>,
    missing: Vec<&'static str>,
    acr: Vec<&'static str>,
    max_age: Option<u64>,
    /// How the user would have to be known: in the other way, of two.
    via: Option<Via>,
    /// Another issuer, who may know other users.
    issuer: bool,
    /// Something that a new token would not change.
    other: bool,
}

impl Shortfall {
    /// The shortfall of two rules that both have to hold.
    fn and(mut self, more: Self) -> Self {
        add(&mut self.needed, more.needed);
        add(&mut self.missing, more.missing);
        add(&mut self.acr, more.acr);
        self.max_age = match (self.max_age, more.max_age) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.via = self.via.or(more.via);
        self.issuer |= more.issuer;
        self.other |= more.other;
        self
    }

    /// A sort key: how much the client has to do, the most costly first. If a new token helps with
    /// none of two alternatives, the one that lacks scopes is reported, as in `into_denial`.
    fn effort(&self) -> (bool, bool, bool, bool, bool) {
        let scopes = !self.missing.is_empty();
        let step_up = self.needs_step_up();
        (
            self.issuer,
            self.other,
            self.via.is_some(),
            self.other != scopes,
            step_up,
        )
    }

    fn needs_step_up(&self) -> bool {
        !self.acr.is_empty() || self.max_age.is_some()
    }

    /// The wrong issuer is reported first, because nothing that it could add to the token helps, then the
    /// wrong kind of credentials: the right ones may have other claims. Then
    /// scopes, because they are checked before claims. A step-up is requested only if it suffices.
    fn into_denial(self) -> Denial {
        if self.issuer {
            Denial::Issuer
        } else if let Some(via) = self.via {
            Denial::Via(via)
        } else if !self.missing.is_empty() {
            Denial::Scope {
                needed: self.needed,
                missing: self.missing,
            }
        } else if self.needs_step_up() && !self.other {
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
    checks_seen: usize,
}

impl Explanation<'_> {
    /// What is missing for the rule to hold, and for the issuer to be let in; `None` if nothing is.
    /// `is_let_in` is whether that follows from what stands beside the rule.
    fn rule(&mut self, rule: &Rule, is_let_in: bool) -> Option<Shortfall> {
        match rule {
            Rule::All(rules) => {
                let is_let_in = is_let_in || self.context.issuer.may_be_let_in_by(rule);
                let each = self.each(rules, is_let_in).into_iter().flatten();
                let each = each.chain(outside(is_let_in));
                let mut shortfall = each.reduce(Shortfall::and)?;
                // A client that requests only the scopes of the challenge would otherwise lose
                // those that it has (RFC 6750 §3).
                add(&mut shortfall.needed, scopes(rule));
                Some(shortfall)
            }
            Rule::Any(rules) => {
                let shortfall: Option<Vec<_>> = self.each(rules, is_let_in).into_iter().collect();
                shortfall.map(|shortfall| {
                    shortfall
                        .into_iter()
                        .min_by_key(Shortfall::effort)
                        .unwrap_or(OTHER)
                })
            }
            Rule::Policy { spec, .. } => self.rule(&spec.rule, is_let_in),
            leaf @ (Rule::Not(_)
            | Rule::Scopes(_)
            | Rule::Claim { .. }
            | Rule::Roles(_)
            | Rule::Acr(_)
            | Rule::MaxAge(_)
            | Rule::Via(_)
            | Rule::Issuer(_)
            | Rule::Check { .. }) => {
                let is_let_in = is_let_in || self.context.issuer.may_be_let_in_by(leaf);
                let mut evaluation = Evaluation {
                    context: self.context,
                    checks_seen: self.checks_seen,
                };
                let holds = evaluation.rule(leaf);
                self.checks_seen = evaluation.checks_seen;
                let shortfall = (holds != Some(true)).then(|| self.leaf(leaf));
                let each = shortfall.into_iter().chain(outside(is_let_in));
                each.reduce(Shortfall::and)
            }
        }
    }

    fn each(&mut self, rules: &[Rule], is_let_in: bool) -> Vec<Option<Shortfall>> {
        let each = rules.iter().map(|rule| self.rule(rule, is_let_in));
        each.collect()
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
            Rule::Via(via) => Shortfall {
                via: Some(*via),
                ..Shortfall::default()
            },
            Rule::Issuer(_) => Shortfall {
                issuer: true,
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
    via: None,
    issuer: false,
    other: true,
};

/// What a token lacks whose issuer is not let in.
fn outside(is_let_in: bool) -> Option<Shortfall> {
    (!is_let_in).then(|| Shortfall {
        issuer: true,
        ..Shortfall::default()
    })
}

/// The scopes without which a rule cannot hold, apart from others that imply them.
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
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => Vec::new(),
    }
}
