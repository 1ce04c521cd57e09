//! `implies` against what rules do with everyone in a small world.

use super::universe::{ATOMS, admitted, everyone, rule};
use crate::policy::Rule;
use crate::policy::{RuleTree, implies};

/// Never a wrong yes; and in this world, where nothing is hidden from it, never a wrong no.
#[test]
fn implication_is_what_it_claims_to_be() {
    let everyone = everyone();
    let mut seed = 2026;
    let random = (0..100).map(|_| rule(&mut seed, 3));
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

/// What people do to rules.
#[test]
fn usual_edits_are_told_apart() {
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
        (RuleTree::Any(Vec::new()), scopes("a"), "nobody at all"),
    ];
    for (stronger, weaker, case) in &cases {
        assert!(implies(stronger, weaker), "{case}");
        assert!(!implies(weaker, stronger), "{case}, the other way round");
    }
    let (one, other) = (check("app::orders::owns"), check("app::users::owns"));
    assert!(!implies(&one, &other), "two functions of one name");
}

/// A rule that takes too long is not said to imply anything, not even itself.
#[test]
fn giving_up_is_a_no() {
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
