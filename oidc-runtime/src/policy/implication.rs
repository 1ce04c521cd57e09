//! Whether every token that satisfies one rule satisfies another.

use super::rule_tree::{ClaimValue, RuleTree};
use crate::token::Via;

/// How many statements are examined before the search gives up; rules in real applications need a
/// few dozen.
const MAX_STEPS: u32 = 20_000;

/// Whether every token that satisfies `stronger` satisfies `weaker`.
///
/// `true` is a proof. `false` means that no proof was found, which for rules about scopes, roles,
/// `acr`, `max_age`, `via` and plain claims means that some token satisfies only `stronger`. A `check` is
/// identified by its function, which is assumed to return the same result for the same request.
/// Which claims contain roles is configurable, so a rule about a claim never implies one about
/// roles.
///
/// # Examples
/// ```
/// use oidc::access::{RuleTree, implies};
///
/// let read = RuleTree::Scopes(vec!["read".into()]);
/// let both = RuleTree::Scopes(vec!["read".into(), "write".into()]);
/// assert!(implies(&both, &read));
/// assert!(!implies(&read, &both));
/// ```
#[must_use]
pub fn implies(stronger: &RuleTree, weaker: &RuleTree) -> bool {
    if stronger == weaker {
        return true;
    }
    let mut search = Search {
        steps_left: MAX_STEPS,
    };
    let counterexample = [
        Statement::of_rule(stronger, true),
        Statement::of_rule(weaker, false),
    ];
    search.contradict(counterexample.into(), Branch::default())
}

/// The statement that something holds, or that it does not.
#[derive(Clone, Copy)]
struct Statement<'r> {
    subject: Subject<'r>,
    holds: bool,
}

#[derive(Clone, Copy)]
enum Subject<'r> {
    Rule(&'r RuleTree),
    Atom(Atom<'r>),
}

/// A condition without parts.
#[derive(Clone, Copy, PartialEq)]
enum Atom<'r> {
    Scope(&'r str),
    Claim(&'r [String], &'r ClaimValue),
    Role(&'r str),
    Acr(&'r str),
    MaxAge(u64),
    ViaBearer,
    Check(&'r str),
}

/// The assumptions on one path towards a contradiction.
#[derive(Clone, Default)]
struct Branch<'r> {
    facts: Vec<(Atom<'r>, bool)>,
    /// Lists of which one statement each is true. They are split when nothing simpler is left.
    choices: Vec<Vec<Statement<'r>>>,
}

struct Search {
    steps_left: u32,
}

impl Search {
    /// Whether the statements cannot all be true (an analytic tableau).
    fn contradict<'r>(
        &mut self,
        mut statements: Vec<Statement<'r>>,
        mut branch: Branch<'r>,
    ) -> bool {
        while let Some(statement) = statements.pop() {
            let Some(steps_left) = self.steps_left.checked_sub(1) else {
                return false;
            };
            self.steps_left = steps_left;
            match statement.parts() {
                Parts::Every(parts) => statements.extend(parts),
                Parts::OneOf(parts) => branch.choices.push(parts),
                Parts::Fact(atom) if branch.refutes(atom, statement.holds) => return true,
                Parts::Fact(atom) => branch.facts.push((atom, statement.holds)),
            }
        }
        // The shortest first: if it is empty, it contradicts at once.
        branch
            .choices
            .sort_by_key(|choice| std::cmp::Reverse(choice.len()));
        let Some(choice) = branch.choices.pop() else {
            return false;
        };
        choice
            .into_iter()
            .all(|statement| self.contradict(vec![statement], branch.clone()))
    }
}

/// The parts of a statement.
enum Parts<'r> {
    Every(Vec<Statement<'r>>),
    OneOf(Vec<Statement<'r>>),
    Fact(Atom<'r>),
}

impl<'r> Statement<'r> {
    fn of_rule(rule: &'r RuleTree, holds: bool) -> Self {
        Self {
            subject: Subject::Rule(rule),
            holds,
        }
    }

    fn parts(self) -> Parts<'r> {
        let holds = self.holds;
        let rule = match self.subject {
            Subject::Rule(rule) => rule,
            Subject::Atom(atom) => return Parts::Fact(atom),
        };
        match rule {
            RuleTree::All(rules) => every(rules.iter().map(Subject::Rule), holds),
            RuleTree::Any(rules) => some(rules.iter().map(Subject::Rule), holds),
            RuleTree::Not(rule) => Parts::Every(vec![Self::of_rule(rule, !holds)]),
            RuleTree::Policy { rule, .. } => Parts::Every(vec![Self::of_rule(rule, holds)]),
            RuleTree::Scopes(scopes) => every(atoms(scopes, Atom::Scope), holds),
            RuleTree::Roles(roles) => some(atoms(roles, Atom::Role), holds),
            RuleTree::Acr(values) => some(atoms(values, Atom::Acr), holds),
            RuleTree::Claim { path, any_of } => {
                let values = any_of.iter().map(|value| Atom::Claim(path, value));
                some(values.map(Subject::Atom), holds)
            }
            RuleTree::MaxAge(seconds) => Parts::Fact(Atom::MaxAge(*seconds)),
            // Every user is known in one of the two ways, and none in both.
            RuleTree::Via(via) => Parts::Every(vec![Self {
                subject: Subject::Atom(Atom::ViaBearer),
                holds: holds == (*via == Via::Bearer),
            }]),
            RuleTree::Check { function, .. } => Parts::Fact(Atom::Check(function)),
        }
    }
}

fn atoms<'r>(
    texts: &'r [String],
    atom: impl Fn(&'r str) -> Atom<'r>,
) -> impl Iterator<Item = Subject<'r>> {
    texts.iter().map(move |text| Subject::Atom(atom(text)))
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

impl Branch<'_> {
    fn refutes(&self, atom: Atom<'_>, holds: bool) -> bool {
        self.facts
            .iter()
            .any(|(known, known_holds)| match (known_holds, holds) {
                (true, false) => known.entails(&atom),
                (false, true) => atom.entails(known),
                (true, true) => known.excludes(&atom),
                (false, false) => false,
            })
    }
}

impl Atom<'_> {
    fn entails(&self, other: &Atom<'_>) -> bool {
        match self {
            Self::MaxAge(seconds) => matches!(other, Atom::MaxAge(more) if seconds <= more),
            Self::Scope(_)
            | Self::Claim(..)
            | Self::Role(_)
            | Self::Acr(_)
            | Self::ViaBearer
            | Self::Check(_) => self == other,
        }
    }

    fn excludes(&self, other: &Atom<'_>) -> bool {
        match self {
            // A token has at most one `acr`.
            Self::Acr(one) => matches!(other, Atom::Acr(another) if one != another),
            Self::Scope(_)
            | Self::Claim(..)
            | Self::Role(_)
            | Self::MaxAge(_)
            | Self::ViaBearer
            | Self::Check(_) => false,
        }
    }
}
