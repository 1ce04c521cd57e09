//! What a caller of one kind needs to meet a condition: alternatives, of which those about the kind
//! itself are decided.

use std::collections::BTreeSet;

use crate::policy::{Condition, RuleTree};
use crate::token::Via;

/// How many alternatives are told apart at most. Beyond that, no scopes are named.
const MAX_ALTERNATIVES: usize = 256;

/// A kind of user.
pub(super) struct Caller {
    /// The name of their issuer in rules.
    pub(super) issuer: String,
    /// Whether they are let in where no rule names an issuer.
    pub(super) is_let_in_everywhere: bool,
    /// In which way they are known; `None` if the ways are not told apart.
    pub(super) via: Option<Via>,
}

/// One of the ways to meet a condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Alternative<'c> {
    /// The scopes that are all needed.
    pub(super) scopes: BTreeSet<&'c str>,
    /// What else is needed.
    others: Vec<Other<'c>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Other<'c> {
    Rule(&'c RuleTree),
    Condition(&'c Condition),
}

/// The ways to meet a condition; none if the caller never does.
pub(super) type Alternatives<'c> = Vec<Alternative<'c>>;

impl Caller {
    /// The ways for this caller to meet the condition.
    pub(super) fn meets<'c>(&self, condition: &'c Condition) -> Alternatives<'c> {
        let whole = || other(Other::Condition(condition));
        match condition {
            Condition::Holds(rule) => self.satisfies(rule),
            Condition::LetsIn(rule) => self.is_let_in_by(rule),
            Condition::LetInEverywhere => decided(self.is_let_in_everywhere),
            Condition::Any(any) => one_of(any.iter().map(|part| self.meets(part)), whole),
            Condition::All(all) => every(all.iter().map(|part| self.meets(part)), whole),
            Condition::Not(negated) => match self.surely_meets(negated) {
                Some(meets) => decided(!meets),
                None => whole(),
            },
        }
    }

    fn satisfies<'c>(&self, rule: &'c RuleTree) -> Alternatives<'c> {
        let whole = || other(Other::Rule(rule));
        match rule {
            RuleTree::Scopes(scopes) => vec![Alternative {
                scopes: scopes.iter().map(String::as_str).collect(),
                others: Vec::new(),
            }],
            RuleTree::Policy { rule, .. } => self.satisfies(rule),
            RuleTree::Any(any) => one_of(any.iter().map(|part| self.satisfies(part)), whole),
            RuleTree::All(all) => every(all.iter().map(|part| self.satisfies(part)), whole),
            RuleTree::Not(_)
            | RuleTree::Claim { .. }
            | RuleTree::Roles(_)
            | RuleTree::Acr(_)
            | RuleTree::MaxAge(_)
            | RuleTree::Via(_)
            | RuleTree::Issuer(_)
            | RuleTree::Check { .. } => match self.surely_satisfies(rule) {
                Some(satisfies) => decided(satisfies),
                None => whole(),
            },
        }
    }

    /// The ways to satisfy an alternative of the rule that names the caller's issuer.
    fn is_let_in_by<'c>(&self, rule: &'c RuleTree) -> Alternatives<'c> {
        let whole = || other(Other::Rule(rule));
        match rule {
            RuleTree::All(all) => {
                let hold = every(all.iter().map(|part| self.satisfies(part)), whole);
                let lets_in = one_of(all.iter().map(|part| self.is_let_in_by(part)), whole);
                every([hold, lets_in].into_iter(), whole)
            }
            RuleTree::Any(any) => one_of(any.iter().map(|part| self.is_let_in_by(part)), whole),
            RuleTree::Policy { rule, .. } => self.is_let_in_by(rule),
            RuleTree::Issuer(_) => self.satisfies(rule),
            RuleTree::Not(_)
            | RuleTree::Scopes(_)
            | RuleTree::Claim { .. }
            | RuleTree::Roles(_)
            | RuleTree::Acr(_)
            | RuleTree::MaxAge(_)
            | RuleTree::Via(_)
            | RuleTree::Check { .. } => Vec::new(),
        }
    }

    /// Whether every caller of this kind meets the condition, or none does.
    fn surely_meets(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Holds(rule) => self.surely_satisfies(rule),
            Condition::LetInEverywhere => Some(self.is_let_in_everywhere),
            Condition::All(all) => all_of(all.iter().map(|part| self.surely_meets(part))),
            Condition::Any(any) => any_of(any.iter().map(|part| self.surely_meets(part))),
            Condition::Not(negated) => self.surely_meets(negated).map(|meets| !meets),
            Condition::LetsIn(rule) => self.is_let_in_by(rule).is_empty().then_some(false),
        }
    }

    fn surely_satisfies(&self, rule: &RuleTree) -> Option<bool> {
        match rule {
            RuleTree::Issuer(names) => Some(names.contains(&self.issuer)),
            RuleTree::Via(via) => self.via.map(|known| known == *via),
            RuleTree::All(all) => all_of(all.iter().map(|part| self.surely_satisfies(part))),
            RuleTree::Any(any) => any_of(any.iter().map(|part| self.surely_satisfies(part))),
            RuleTree::Not(negated) => self.surely_satisfies(negated).map(|holds| !holds),
            RuleTree::Policy { rule, .. } => self.surely_satisfies(rule),
            RuleTree::Scopes(_)
            | RuleTree::Claim { .. }
            | RuleTree::Roles(_)
            | RuleTree::Acr(_)
            | RuleTree::MaxAge(_)
            | RuleTree::Check { .. } => None,
        }
    }
}

fn decided<'c>(holds: bool) -> Alternatives<'c> {
    if holds {
        vec![Alternative::default()]
    } else {
        Vec::new()
    }
}

/// A condition of which nothing more is said than that it has to be met.
fn other(other: Other<'_>) -> Alternatives<'_> {
    vec![Alternative {
        scopes: BTreeSet::new(),
        others: vec![other],
    }]
}

/// The alternatives of all of them, or the `whole` if there are too many.
fn one_of<'c>(
    each: impl Iterator<Item = Alternatives<'c>>,
    whole: impl FnOnce() -> Alternatives<'c>,
) -> Alternatives<'c> {
    let all: Vec<_> = each.flatten().collect();
    if all.len() > MAX_ALTERNATIVES {
        return whole();
    }
    shortest(all)
}

/// One alternative of each, in every combination, or the `whole` if there are too many.
fn every<'c>(
    mut each: impl Iterator<Item = Alternatives<'c>>,
    whole: impl FnOnce() -> Alternatives<'c>,
) -> Alternatives<'c> {
    let combined = each.try_fold(decided(true), |combined, more| {
        let fits = combined.len() * more.len() <= MAX_ALTERNATIVES;
        fits.then(|| shortest(combinations(&combined, &more)))
    });
    combined.unwrap_or_else(whole)
}

fn combinations<'c>(some: &[Alternative<'c>], more: &[Alternative<'c>]) -> Alternatives<'c> {
    let with_each = |one| more.iter().map(move |other| Alternative::and(one, other));
    some.iter().flat_map(with_each).collect()
}

/// Without those that demand the same as another one, and more.
fn shortest(alternatives: Alternatives<'_>) -> Alternatives<'_> {
    let mut kept: Alternatives<'_> = Vec::new();
    for alternative in alternatives {
        if !kept.iter().any(|one| alternative.demands_all_of(one)) {
            kept.retain(|one| !one.demands_all_of(&alternative));
            kept.push(alternative);
        }
    }
    kept
}

impl Alternative<'_> {
    fn and(&self, more: &Self) -> Self {
        let mut both = self.clone();
        both.scopes.extend(&more.scopes);
        let new = more.others.iter().filter(|one| !self.others.contains(one));
        both.others.extend(new);
        both
    }

    fn demands_all_of(&self, less: &Self) -> bool {
        self.scopes.is_superset(&less.scopes)
            && less.others.iter().all(|one| self.others.contains(one))
    }
}

fn all_of(mut each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    each.try_fold(Some(true), |all, one| match one {
        Some(false) => Err(Some(false)),
        None => Ok(None),
        Some(true) => Ok(all),
    })
    .unwrap_or_else(|decided| decided)
}

fn any_of(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let none = all_of(each.map(|one| one.map(|holds| !holds)));
    none.map(|none| !none)
}
