//! Compares `implies` with the evaluation of rules for every user of a small universe.

use super::universe::{ATOMS, admitted, everyone, rule};
use crate::policy::Rule;
use crate::policy::{RuleTree, implies};
use crate::token::Via;

/// `implies` is never wrong in this universe, neither in `true` nor in `false`.
#[test]
fn implication_agrees_with_evaluation() {
    let everyone = everyone();
    let mut seed = 2026;
    let random = (0..100).map(|_| rule(&mut seed, 3, &ATOMS));
    let rules: Vec<Rule> = ATOMS.into_iter().chain(random).collect();
    let trees: Vec<_> = rules.iter().map(RuleTree::from).collect();
    let admitted: Vec<_> = rules.iter().map(|rule| admitted(rule, &everyone)).collect();

    let (mut proven, mut true_in_fact) = (0, 0);
    for (one, stronger) in trees.iter().enumerate() {
        for (other, weaker) in trees.iter().enumerate() {
            let mut cases = admitted[one].iter().zip(&admitted[other]);
            let in_fact = cases.all(|(stronger, weaker)| weaker >= stronger);
            let claimed = implies(stronger, weaker);
            assert!(in_fact || !claimed, "{stronger} does not imply {weaker}");
            proven += usize::from(claimed);
            true_in_fact += usize::from(in_fact);
        }
    }
    assert!(
        true_in_fact > rules.len() * 10,
        "a dull sample: {true_in_fact}"
    );
    assert_eq!(proven, true_in_fact, "implications missed");
}

/// Common changes to rules.
#[test]
fn common_changes_are_classified() {
    let scopes = |text: &str| RuleTree::Scopes(text.split(' ').map(str::to_owned).collect());
    let roles = |names: &[&str]| RuleTree::Roles(names.iter().map(|&name| name.into()).collect());
    let named = |name: &str, rule| RuleTree::Policy {
        name: name.into(),
        rule: Box::new(rule),
    };
    let check = |function: &str| RuleTree::Check {
        name: "owns".into(),
        function: function.into(),
    };
    let (bearer, session) = (
        || RuleTree::Via(Via::Bearer),
        || RuleTree::Via(Via::Session),
    );
    let authenticated = RuleTree::authenticated;
    let cases = [
        (scopes("read"), authenticated(), "a rule against none"),
        (scopes("read write"), scopes("write"), "one scope less"),
        (
            roles(&["admin"]),
            roles(&["admin", "ops"]),
            "one more role that will do",
        ),
        (RuleTree::MaxAge(60), RuleTree::MaxAge(61), "a longer time"),
        (bearer(), authenticated(), "programs and browsers"),
        (
            RuleTree::All(vec![bearer(), scopes("a")]),
            RuleTree::Not(Box::new(session())),
            "not one way is the other",
        ),
        (
            named("A", scopes("a b")),
            named("B", scopes("a")),
            "another name",
        ),
        (
            RuleTree::All(vec![scopes("a"), check("app::owns")]),
            check("app::owns"),
            "the same function",
        ),
        (RuleTree::Any(Vec::new()), scopes("a"), "no user at all"),
    ];
    for (stronger, weaker, case) in &cases {
        assert!(implies(stronger, weaker), "{case}");
        assert!(!implies(weaker, stronger), "{case}, the other way round");
    }
    let (one, other) = (check("app::orders::owns"), check("app::users::owns"));
    assert!(!implies(&one, &other), "two functions of one name");
    let either = RuleTree::Any(vec![bearer(), session()]);
    assert!(implies(&authenticated(), &either), "there is no third way");
}

/// A rule whose proof takes too long implies nothing.
#[test]
fn a_search_that_gives_up_returns_false() {
    let pair = |one: usize| {
        let scope = |name: String| RuleTree::Scopes(vec![name]);
        RuleTree::Any(vec![scope(format!("a{one}")), scope(format!("b{one}"))])
    };
    let choices = RuleTree::All((0..24).map(pair).collect());
    let unrelated = RuleTree::Scopes(vec!["c".into()]);
    assert!(!implies(&choices, &unrelated));
    let hard = RuleTree::All(vec![
        choices,
        RuleTree::Not(Box::new(RuleTree::Any(Vec::new()))),
    ]);
    assert!(implies(&hard, &RuleTree::authenticated()));
}
