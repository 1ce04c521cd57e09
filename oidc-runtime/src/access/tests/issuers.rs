//! Which changes of rules about issuers open a route.

use crate::access::effective::EffectiveAccess;
use crate::policy::{GuardRule, RuleTree};

fn issuer(names: &[&str]) -> RuleTree {
    RuleTree::Issuer(names.iter().map(|&name| name.to_owned()).collect())
}

fn read() -> RuleTree {
    RuleTree::Scopes(vec!["read".to_owned()])
}

fn both(one: RuleTree, other: RuleTree) -> RuleTree {
    RuleTree::All(vec![one, other])
}

fn required(rule: RuleTree) -> Vec<GuardRule> {
    vec![GuardRule::Required(rule)]
}

fn behind(client: RuleTree, rule: RuleTree) -> Vec<GuardRule> {
    vec![GuardRule::Client(client), GuardRule::Required(rule)]
}

fn is_opened(before: &[GuardRule], now: &[GuardRule]) -> bool {
    !EffectiveAccess::of(now).is_at_least_as_strict_as(&EffectiveAccess::of(before))
}

#[test]
fn a_further_name_opens_and_one_less_closes() {
    let partner = || issuer(&["partner"]);
    let either = || issuer(&["own", "partner"]);
    let cases = [
        (required(read()), required(both(read(), partner())), true),
        (required(both(read(), partner())), required(read()), true),
        (required(both(read(), either())), required(read()), true),
        (required(issuer(&["own"])), required(either()), true),
        (required(either()), required(partner()), false),
        (
            required(read()),
            required(both(read(), issuer(&["own"]))),
            false,
        ),
        (required(read()), behind(either(), read()), true),
        (
            behind(either(), read()),
            required(both(read(), either())),
            false,
        ),
        (
            required(both(read(), either())),
            behind(either(), read()),
            false,
        ),
    ];
    for (before, now, expected) in cases {
        assert_eq!(is_opened(&before, &now), expected, "{before:?} to {now:?}");
    }
}

/// Each guard decides by itself, but a tool and its server decide together.
#[test]
fn a_layer_lets_nobody_in_for_the_guards_behind_it() {
    let stack = |rule| [required(issuer(&["partner"])), required(rule)].concat();
    let (unnamed, named) = (stack(read()), stack(both(read(), issuer(&["partner"]))));
    assert!(
        is_opened(&unnamed, &named),
        "the partner passes the second as well"
    );
    assert!(!is_opened(&named, &unnamed));

    let tool = EffectiveAccess::of_tool(&unnamed);
    let named = EffectiveAccess::of_tool(&named);
    assert!(tool.is_at_least_as_strict_as(&named) && named.is_at_least_as_strict_as(&tool));
}
