//! Whether one rule admits nobody whom another refuses.

use super::rule_tree::{ClaimValue, RuleTree};

/// How many parts of rules are looked at before giving up; rules that people write need a few
/// dozen.
const PATIENCE: u32 = 20_000;

/// Whether every token that satisfies `stronger` satisfies `weaker`.
///
/// `true` is a proof; `false` means that there is none, which for rules about scopes, roles,
/// `acr`, `max_age` and plain claims means that some token tells them apart. A `check` is known by
/// its function only, and taken to answer the same whenever it is asked about the same request.
/// Which claims hold roles is configured, so a rule about a claim never implies one about roles.
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
    let mut search = Search { patience: PATIENCE };
    let counterexample = [
        Statement::of_rule(stronger, true),
        Statement::of_rule(weaker, false),
    ];
    search.contradict(counterexample.into(), Branch::default())
}

/// That something holds, or does not.
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

/// What cannot be taken apart.
#[derive(Clone, Copy, PartialEq)]
enum Atom<'r> {
    Scope(&'r str),
    Claim(&'r [String], &'r ClaimValue),
    Role(&'r str),
    Acr(&'r str),
    MaxAge(u64),
    Check(&'r str),
}

/// What is assumed on the way to a contradiction.
#[derive(Clone, Default)]
struct Branch<'r> {
    facts: Vec<(Atom<'r>, bool)>,
    /// Of each list, one statement is true. They wait until nothing simpler is left.
    choices: Vec<Vec<Statement<'r>>>,
}

struct Search {
    patience: u32,
}

impl Search {
    /// Whether the statements cannot all be true (an analytic tableau).
    fn contradict<'r>(
        &mut self,
        mut statements: Vec<Statement<'r>>,
        mut branch: Branch<'r>,
    ) -> bool {
        while let Some(statement) = statements.pop() {
            let Some(patience) = self.patience.checked_sub(1) else {
                return false;
            };
            self.patience = patience;
            match statement.parts() {
                Parts::Every(parts) => statements.extend(parts),
                Parts::OneOf(parts) => branch.choices.push(parts),
                Parts::Fact(atom) if branch.refutes(atom, statement.holds) => return true,
                Parts::Fact(atom) => branch.facts.push((atom, statement.holds)),
            }
        }
        // The shortest first: it may be empty, and then there is nothing to choose.
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

/// What a statement comes to.
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

/// That all of them hold, or that one of them does not.
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

/// That one of them holds, or that none of them does.
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
        match (self, other) {
            (Self::MaxAge(seconds), Atom::MaxAge(more)) => seconds <= more,
            _ => self == other,
        }
    }

    /// A token has one `acr`.
    fn excludes(&self, other: &Atom<'_>) -> bool {
        matches!((self, other), (Self::Acr(one), Atom::Acr(another)) if one != another)
    }
}
