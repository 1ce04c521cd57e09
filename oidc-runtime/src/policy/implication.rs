//! Whether every token that satisfies one rule satisfies another.

use super::condition::Condition;
use super::rule_tree::RuleTree;
use super::statement::{Atom, Parts, Statement};

/// How many statements are examined before the search gives up; rules in real applications need a
/// few dozen.
const MAX_STEPS: u32 = 20_000;

/// Whether every token that a guard with `stronger` admits is admitted by one with `weaker`.
///
/// `true` is a proof. `false` means that no proof was found, which for rules about scopes, roles,
/// `acr`, `max_age`, `via`, `issuer` and plain claims means that some token satisfies only `stronger`. A
/// `check` is identified by its function, which is assumed to return the same result for the same request.
/// Which claims contain roles is configurable, so a rule about a claim never implies one about
/// roles. Nor does a rule about an issuer other than `own` imply one about none, because it lets in an issuer
/// that is let in nowhere else.
///
/// # Examples
/// ```
/// use oidc::access::{RuleTree, implies};
///
/// let read = RuleTree::Scopes(vec!["read".into()]);
/// let both = RuleTree::Scopes(vec!["read".into(), "write".into()]);
/// assert!(implies(&both, &read));
/// assert!(!implies(&read, &both));
///
/// let partner = RuleTree::Issuer(vec!["partner".into()]);
/// assert!(!implies(&RuleTree::All(vec![read.clone(), partner]), &read));
/// ```
#[must_use]
pub fn implies(stronger: &RuleTree, weaker: &RuleTree) -> bool {
    let admitted = |rule| Condition::admitted(rule, &[]);
    stronger == weaker || entails(&admitted(stronger), &admitted(weaker))
}

/// Whether every user who meets one condition meets another.
pub(crate) fn entails(stronger: &Condition, weaker: &Condition) -> bool {
    if stronger == weaker {
        return true;
    }
    let mut search = Search {
        steps_left: MAX_STEPS,
    };
    let counterexample = [Statement::of(stronger, true), Statement::of(weaker, false)];
    search.contradict(counterexample.into(), Branch::default())
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
                Parts::Fact(atom) if branch.refutes(atom, statement.holds()) => return true,
                Parts::Fact(atom) => branch.facts.push((atom, statement.holds())),
            }
        }
        branch.drop_refuted_choices();
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

impl Branch<'_> {
    /// Drops what cannot be chosen any more, so that less is tried out.
    fn drop_refuted_choices(&mut self) {
        let mut choices = std::mem::take(&mut self.choices);
        for choice in &mut choices {
            choice.retain(|statement| match statement.parts() {
                Parts::Every(_) => true,
                Parts::OneOf(parts) => !parts.is_empty(),
                Parts::Fact(atom) => !self.refutes(atom, statement.holds()),
            });
        }
        self.choices = choices;
    }

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
