//! Rules about issuers, for tokens of several.

use serde_json::json;

use super::universe::rule;
use crate::fuzzing::user::{appraised, explained, user_with};
use crate::policy::{Denial, IssuedBy, OAuthScope, Rule, RuleTree, implies};
use crate::token::Principal;

const A: Rule = Rule::scope(OAuthScope::plain("a"));
const B: Rule = Rule::scope(OAuthScope::plain("b"));
const ADMIN: Rule = Rule::Roles(&["admin"]);
const OWN: Rule = Rule::Issuer(&["own"]);
const PARTNER: Rule = Rule::Issuer(&["partner"]);
const EITHER: Rule = Rule::Issuer(&["own", "partner"]);
const OTHER: Rule = Rule::Issuer(&["other"]);
const ATOMS: [Rule; 7] = [A, B, ADMIN, OWN, PARTNER, EITHER, OTHER];

const fn issuer(name: &'static str, is_let_in_everywhere: bool) -> IssuedBy<'static> {
    IssuedBy {
        name,
        is_let_in_everywhere,
    }
}

const OF_OWN: IssuedBy<'_> = issuer("own", true);
const OF_PARTNER: IssuedBy<'_> = issuer("partner", false);
const ISSUERS: [IssuedBy<'_>; 7] = [
    OF_OWN,
    OF_PARTNER,
    issuer("partner", true),
    issuer("other", false),
    issuer("other", true),
    issuer("unnamed", false),
    issuer("unnamed", true),
];

/// Every user whom the atoms can distinguish, apart from issuers.
fn users() -> Vec<Principal> {
    let scopes = ["", "a", "b", "a b"];
    let roles = [json!([]), json!(["admin"])];
    let users = scopes.iter().flat_map(|scope| {
        let of = move |roles| user_with(json!({"scope": scope, "roles": roles}));
        roles.iter().map(of)
    });
    users.collect()
}

/// Every user with every issuer.
fn callers(users: &[Principal]) -> impl Iterator<Item = (&Principal, IssuedBy<'static>)> {
    let of = |user| ISSUERS.map(|issuer| (user, issuer));
    users.iter().flat_map(of)
}

fn rules() -> Vec<Rule> {
    let mut seed = 7;
    let random = (0..150).map(|_| rule(&mut seed, 3, &ATOMS));
    ATOMS.into_iter().chain(random).collect()
}

fn is_admitted(user: &Principal, rule: &Rule, issuer: IssuedBy<'_>) -> bool {
    let appraisal = appraised(user, rule, issuer);
    appraisal.holds == Some(true) && appraisal.lets_in == Some(true)
}

/// The disjunctive normal form: alternatives of rules without parts. What is negated is one of them.
fn alternatives(rule: &Rule) -> Vec<Vec<Rule>> {
    match rule {
        Rule::Any(rules) => rules.iter().flat_map(alternatives).collect(),
        Rule::All(rules) => rules.iter().fold(vec![Vec::new()], |before, rule| {
            let more = alternatives(rule);
            let both = |one: &Vec<Rule>| {
                let one = one.clone();
                more.iter()
                    .map(move |other| [&one[..], other].concat())
                    .collect::<Vec<_>>()
            };
            before.iter().flat_map(both).collect()
        }),
        leaf => vec![vec![*leaf]],
    }
}

#[test]
fn each_alternative_lets_in_the_issuers_that_it_names() {
    let users = users();
    let (mut admitted, mut kept_out) = (0, 0);
    for rule in &rules() {
        let alternatives = alternatives(rule);
        for (user, issuer) in callers(&users) {
            let everywhere = IssuedBy {
                is_let_in_everywhere: true,
                ..issuer
            };
            let holds = |rule: &Rule| is_admitted(user, rule, everywhere);
            let is_named =
                |rule: &Rule| matches!(rule, Rule::Issuer(names) if names.contains(&issuer.name));
            let expected = alternatives.iter().any(|rules| {
                let is_let_in = issuer.is_let_in_everywhere || rules.iter().any(is_named);
                is_let_in && rules.iter().all(holds)
            });
            let found = is_admitted(user, rule, issuer);
            assert_eq!(found, expected, "{rule} for {issuer:?} {:?}", user.claims());
            admitted += usize::from(found);
            kept_out += usize::from(!found && holds(rule));
        }
    }
    assert!(admitted > 1_000 && kept_out > 500, "{admitted}, {kept_out}");
}

/// `implies` is never wrong in this universe, neither in `true` nor in `false`.
#[test]
fn implication_agrees_with_admission() {
    let users = users();
    let rules = rules();
    let trees: Vec<_> = rules.iter().map(RuleTree::from).collect();
    let admitted = |rule| -> Vec<bool> {
        callers(&users)
            .map(|(user, issuer)| is_admitted(user, rule, issuer))
            .collect()
    };
    let admitted: Vec<_> = rules.iter().map(admitted).collect();
    let mut proven = 0;
    for (stronger, few) in trees.iter().zip(&admitted) {
        for (weaker, many) in trees.iter().zip(&admitted) {
            let in_fact = few.iter().zip(many).all(|(few, many)| few <= many);
            let claimed = implies(stronger, weaker);
            assert_eq!(claimed, in_fact, "{stronger} => {weaker}");
            proven += usize::from(claimed);
        }
    }
    assert!(proven > rules.len() * 10, "a dull sample: {proven}");
}

/// Naming a further issuer opens a route, whatever else it demands.
#[test]
fn common_changes_are_classified() {
    const AND_PARTNER: Rule = Rule::All(&[A, PARTNER]);
    const AND_OWN: Rule = Rule::All(&[A, OWN]);
    const NOT_PARTNER: Rule = Rule::All(&[A, Rule::Not(&PARTNER)]);
    let implies = |stronger: &Rule, weaker: &Rule| implies(&stronger.into(), &weaker.into());
    assert!(!implies(&AND_PARTNER, &A), "a conjunct opens");
    assert!(!implies(&A, &AND_PARTNER), "and closes");
    assert!(implies(&AND_OWN, &A), "the own issuer is let in anyway");
    assert!(!implies(&A, &AND_OWN), "others may be let in everywhere");
    assert!(implies(&PARTNER, &EITHER) && !implies(&EITHER, &PARTNER));
    assert!(implies(&NOT_PARTNER, &A), "what is negated names nobody");
}

#[test]
fn the_issuer_is_the_first_remedy() {
    const PARTNER_WITH_A: Rule = Rule::All(&[A, PARTNER]);
    const BY_ROLE_OR_PARTNER: Rule = Rule::Any(&[ADMIN, PARTNER_WITH_A]);
    const BY_SCOPE_OR_PARTNER: Rule = Rule::Any(&[B, PARTNER]);
    const EITHER_WITH_A: Rule = Rule::All(&[EITHER, A]);
    let scope = |name| Denial::Scope {
        needed: vec![name],
        missing: vec![name],
    };
    let cases = [
        (PARTNER, OF_OWN, Denial::Issuer),
        (PARTNER_WITH_A, OF_OWN, Denial::Issuer),
        (PARTNER_WITH_A, OF_PARTNER, scope("a")),
        (EITHER_WITH_A, OF_OWN, scope("a")),
        (A, OF_PARTNER, Denial::Issuer),
        (A, OF_OWN, scope("a")),
        (OTHER, OF_OWN, Denial::Issuer),
        (BY_ROLE_OR_PARTNER, OF_PARTNER, scope("a")),
        (BY_ROLE_OR_PARTNER, OF_OWN, Denial::Forbidden),
        (BY_SCOPE_OR_PARTNER, OF_OWN, scope("b")),
    ];
    let user = user_with(json!({}));
    for (rule, issuer, expected) in cases {
        assert_eq!(
            explained(&user, &rule, issuer),
            expected,
            "{rule} for {issuer:?}"
        );
    }
}
