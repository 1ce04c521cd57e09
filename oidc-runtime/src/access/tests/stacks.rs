//! Compares the effective access of guard chains with the fate of every kind of request.

use crate::access::effective::EffectiveAccess;
use crate::fuzzing::user::satisfies;
use crate::policy::Rule;
use crate::policy::tests::universe::{ATOMS, everyone};
use crate::policy::{GuardRule, RuleTree};
use crate::token::Principal;

/// What a guard passes on to the guards behind it.
#[derive(Clone, Copy)]
enum Caller<'u> {
    Anonymous,
    InvalidToken,
    User(&'u Principal),
}

#[derive(Clone, Copy)]
enum Guard {
    Required(Rule),
    Optional(Rule, bool),
    Public,
    /// The global policies of the next guard's client.
    Client(Rule),
}

impl Guard {
    fn access(self) -> GuardRule {
        match self {
            Self::Required(rule) => GuardRule::Required(RuleTree::from(&rule)),
            Self::Optional(rule, rejects_invalid) => GuardRule::Optional {
                rule: RuleTree::from(&rule),
                rejects_invalid,
            },
            Self::Public => GuardRule::Public {
                reason: "open".to_owned(),
            },
            Self::Client(rule) => GuardRule::Client(RuleTree::from(&rule)),
        }
    }

    fn pass(self, caller: Caller<'_>) -> Option<Caller<'_>> {
        match (self, caller) {
            (Self::Client(rule), Caller::User(user)) if !satisfies(user, &rule, true) => {
                Some(Caller::InvalidToken)
            }
            (Self::Public | Self::Client(_), caller) => Some(caller),
            (Self::Required(rule), Caller::User(user)) => {
                satisfies(user, &rule, true).then_some(caller)
            }
            (Self::Required(_), _) | (Self::Optional(_, true), Caller::InvalidToken) => None,
            (Self::Optional(rule, _), Caller::User(user)) if satisfies(user, &rule, true) => {
                Some(caller)
            }
            (Self::Optional(..), _) => Some(Caller::Anonymous),
        }
    }
}

fn guards() -> Vec<Guard> {
    let mut guards = vec![Guard::Public];
    for rule in [Rule::All(&[]), ATOMS[0], ATOMS[2], ATOMS[3]] {
        guards.push(Guard::Required(rule));
        guards.push(Guard::Optional(rule, false));
        guards.push(Guard::Optional(rule, true));
        guards.push(Guard::Client(rule));
    }
    guards
}

/// Up to two guards, with and without a global policy in front of the second.
fn stacks() -> Vec<Vec<Guard>> {
    let guards = guards();
    let pairs = guards
        .iter()
        .flat_map(|one| guards.iter().map(|other| vec![*one, *other]));
    let triples = guards.iter().step_by(3).flat_map(|guard| {
        let behind = Guard::Optional(ATOMS[0], true);
        let client = Guard::Client(ATOMS[2]);
        [vec![*guard, client, behind], vec![client, *guard, behind]]
    });
    pairs.chain(triples).collect()
}

fn through<'u>(stack: &[Guard], caller: Caller<'u>) -> Option<Caller<'u>> {
    stack
        .iter()
        .try_fold(caller, |caller, guard| guard.pass(caller))
}

/// If one stack is at least as strict as another, every caller who passes it passes the other, and
/// is seen as a user behind it only if they are behind the other. (A public route ignores tokens,
/// so every request passes it.)
#[test]
fn strictness_agrees_with_the_fate_of_every_caller() {
    let everyone: Vec<_> = everyone().into_iter().step_by(7).collect();
    let callers: Vec<_> = [Caller::Anonymous, Caller::InvalidToken]
        .into_iter()
        .chain(everyone.iter().map(Caller::User))
        .collect();
    let stacks: Vec<_> = stacks()
        .into_iter()
        .map(|stack| {
            let guards: Vec<_> = stack.iter().map(|guard| guard.access()).collect();
            let outcomes: Vec<_> = callers
                .iter()
                .map(|caller| through(&stack, *caller))
                .collect();
            (guards, outcomes)
        })
        .collect();
    let mut stricter = 0;
    for (now, passing) in &stacks {
        for (before, passed) in &stacks {
            let (now_admits, before_admits) =
                (EffectiveAccess::of(now), EffectiveAccess::of(before));
            if !now_admits.is_at_least_as_strict_as(&before_admits) {
                continue;
            }
            stricter += 1;
            let mut outcomes = passing.iter().zip(passed);
            let fine = outcomes.all(|(passing, passed)| is_no_more(*passing, *passed));
            assert!(
                fine || before_admits.public,
                "{now:?} lets through what {before:?} does not"
            );
        }
    }
    assert!(
        stricter > stacks.len() * 10,
        "too few comparable stacks: {stricter}"
    );
}

fn is_no_more(passing: Option<Caller<'_>>, passed: Option<Caller<'_>>) -> bool {
    match (passing, passed) {
        (Some(_), None) => false,
        (Some(Caller::User(_)), Some(seen)) => matches!(seen, Caller::User(_)),
        (None, _) | (Some(_), Some(_)) => true,
    }
}
