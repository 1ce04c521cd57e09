//! What the search for an implication reasons about: statements, and how they come apart.

use super::condition::Condition;
use super::rule_tree::{ClaimValue, RuleTree};
use crate::token::{OWN_ISSUER, Via};

/// The statement that something is so, or that it is not.
#[derive(Clone, Copy)]
pub(super) struct Statement<'r> {
    subject: Subject<'r>,
    holds: bool,
}

#[derive(Clone, Copy)]
enum Subject<'r> {
    Condition(&'r Condition),
    Rule(&'r RuleTree),
    /// An alternative of the rule holds that names the user's issuer.
    LetsIn(&'r RuleTree),
    /// The same of one of these rules.
    OneLetsIn(&'r [RuleTree]),
    Atom(Atom<'r>),
}

/// A condition without parts.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Atom<'r> {
    Scope(&'r str),
    Claim(&'r [String], &'r ClaimValue),
    Role(&'r str),
    Acr(&'r str),
    MaxAge(u64),
    ViaBearer,
    Issuer(&'r str),
    LetInEverywhere,
    Check(&'r str),
}

/// The parts of a statement.
pub(super) enum Parts<'r> {
    Every(Vec<Statement<'r>>),
    OneOf(Vec<Statement<'r>>),
    Fact(Atom<'r>),
}

impl<'r> Statement<'r> {
    pub(super) fn of(condition: &'r Condition, holds: bool) -> Self {
        let subject = Subject::Condition(condition);
        Self { subject, holds }
    }

    pub(super) fn holds(self) -> bool {
        self.holds
    }

    pub(super) fn parts(self) -> Parts<'r> {
        match self.subject {
            Subject::Condition(condition) => of_condition(condition, self.holds),
            Subject::Rule(rule) => of_rule(rule, self.holds),
            Subject::LetsIn(rule) => of_letting_in(rule, self.holds),
            Subject::OneLetsIn(rules) => some(rules.iter().map(Subject::LetsIn), self.holds),
            Subject::Atom(atom) => Parts::Fact(atom),
        }
    }
}

fn of_condition(condition: &Condition, holds: bool) -> Parts<'_> {
    match condition {
        Condition::All(all) => every(all.iter().map(Subject::Condition), holds),
        Condition::Any(any) => some(any.iter().map(Subject::Condition), holds),
        Condition::Not(negated) => only(Subject::Condition(negated), !holds),
        Condition::Holds(rule) => of_rule(rule, holds),
        Condition::LetsIn(rule) => of_letting_in(rule, holds),
        Condition::LetInEverywhere => Parts::Fact(Atom::LetInEverywhere),
    }
}

fn of_rule(rule: &RuleTree, holds: bool) -> Parts<'_> {
    match rule {
        RuleTree::All(rules) => every(rules.iter().map(Subject::Rule), holds),
        RuleTree::Any(rules) => some(rules.iter().map(Subject::Rule), holds),
        RuleTree::Not(rule) => only(Subject::Rule(rule), !holds),
        RuleTree::Policy { rule, .. } => only(Subject::Rule(rule), holds),
        RuleTree::Scopes(scopes) => every(atoms(scopes, Atom::Scope), holds),
        RuleTree::Roles(roles) => some(atoms(roles, Atom::Role), holds),
        RuleTree::Acr(values) => some(atoms(values, Atom::Acr), holds),
        RuleTree::Claim { path, any_of } => {
            let values = any_of.iter().map(|value| Atom::Claim(path, value));
            some(values.map(Subject::Atom), holds)
        }
        RuleTree::MaxAge(seconds) => Parts::Fact(Atom::MaxAge(*seconds)),
        // Every user is known in one of the two ways, and none in both.
        RuleTree::Via(via) => only(
            Subject::Atom(Atom::ViaBearer),
            holds == (*via == Via::Bearer),
        ),
        RuleTree::Issuer(names) => some(atoms(names, Atom::Issuer), holds),
        RuleTree::Check { function, .. } => Parts::Fact(Atom::Check(function)),
    }
}

fn of_letting_in(rule: &RuleTree, holds: bool) -> Parts<'_> {
    match rule {
        RuleTree::All(rules) => {
            let hold = rules.iter().map(Subject::Rule);
            every(hold.chain([Subject::OneLetsIn(rules)]), holds)
        }
        RuleTree::Any(rules) => some(rules.iter().map(Subject::LetsIn), holds),
        RuleTree::Policy { rule, .. } => only(Subject::LetsIn(rule), holds),
        RuleTree::Issuer(_) => of_rule(rule, holds),
        RuleTree::Not(_)
        | RuleTree::Scopes(_)
        | RuleTree::Claim { .. }
        | RuleTree::Roles(_)
        | RuleTree::Acr(_)
        | RuleTree::MaxAge(_)
        | RuleTree::Via(_)
        | RuleTree::Check { .. } => some(std::iter::empty(), holds),
    }
}

fn atoms<'r>(
    texts: &'r [String],
    atom: impl Fn(&'r str) -> Atom<'r>,
) -> impl Iterator<Item = Subject<'r>> {
    texts.iter().map(move |text| Subject::Atom(atom(text)))
}

/// The same statement in other words.
fn only(subject: Subject<'_>, holds: bool) -> Parts<'_> {
    Parts::Every(vec![Statement { subject, holds }])
}

/// The statement that all of them hold, or its negation.
fn every<'r>(subjects: impl Iterator<Item = Subject<'r>>, holds: bool) -> Parts<'r> {
    let parts = subjects
        .map(|subject| Statement { subject, holds })
        .collect();
    if holds {
        Parts::Every(parts)
    } else {
        Parts::OneOf(parts)
    }
}

/// The statement that one of them holds, or its negation.
fn some<'r>(subjects: impl Iterator<Item = Subject<'r>>, holds: bool) -> Parts<'r> {
    let parts = subjects
        .map(|subject| Statement { subject, holds })
        .collect();
    if holds {
        Parts::OneOf(parts)
    } else {
        Parts::Every(parts)
    }
}

impl Atom<'_> {
    pub(super) fn entails(&self, other: &Atom<'_>) -> bool {
        match self {
            Self::MaxAge(seconds) => matches!(other, Atom::MaxAge(more) if seconds <= more),
            Self::Issuer(OWN_ISSUER) => matches!(other, Atom::LetInEverywhere) || self == other,
            Self::Scope(_)
            | Self::Claim(..)
            | Self::Role(_)
            | Self::Acr(_)
            | Self::ViaBearer
            | Self::Issuer(_)
            | Self::LetInEverywhere
            | Self::Check(_) => self == other,
        }
    }

    pub(super) fn excludes(&self, other: &Atom<'_>) -> bool {
        match self {
            // A token has at most one `acr`, and one issuer.
            Self::Acr(one) => matches!(other, Atom::Acr(another) if one != another),
            Self::Issuer(one) => matches!(other, Atom::Issuer(another) if one != another),
            Self::Scope(_)
            | Self::Claim(..)
            | Self::Role(_)
            | Self::MaxAge(_)
            | Self::ViaBearer
            | Self::LetInEverywhere
            | Self::Check(_) => false,
        }
    }
}
