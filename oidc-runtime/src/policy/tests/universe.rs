//! A small universe in which every rule can be evaluated for every user.

use serde_json::{Map, Value, json};

use crate::fuzzing::user::{in_session, satisfies, signed_in_seconds_ago, user_with};
use crate::policy::{CheckFn, OAuthScope, Rule, Scalar, SyncCheck};
use crate::token::{Principal, Via};

fn agrees(_: &Principal) -> bool {
    unreachable!("the tests supply its result")
}

const A: OAuthScope = OAuthScope::new("a", &[]);
const B: OAuthScope = OAuthScope::new("b", &[]);
const A_OR_B: OAuthScope = OAuthScope::new("a", &["b"]);

/// The rules without parts.
pub(crate) const ATOMS: [Rule; 21] = [
    Rule::scopes(&[A]),
    Rule::scopes(&[B]),
    Rule::scopes(&[A, B]),
    Rule::scopes(&[A_OR_B]),
    Rule::scopes(&[B, A_OR_B]),
    Rule::Roles(&["r"]),
    Rule::Roles(&["s"]),
    Rule::Roles(&["r", "s"]),
    claim(&["groups"], &[Scalar::Str("r")]),
    claim(&["realm_access", "roles"], &[Scalar::Str("r")]),
    claim(&["x"], &[Scalar::Str("p")]),
    claim(&["x"], &[Scalar::Int(1), Scalar::Str("p")]),
    claim(&["x"], &[Scalar::Bool(true)]),
    Rule::Acr(&["1"]),
    Rule::Acr(&["2"]),
    Rule::Acr(&["1", "2"]),
    Rule::MaxAge(60),
    Rule::MaxAge(600),
    Rule::Via(Via::Bearer),
    Rule::Via(Via::Session),
    Rule::Check {
        name: "agrees",
        module: module_path!(),
        check: &CheckFn::<_, SyncCheck>::new(agrees as fn(&Principal) -> bool),
    },
];

const fn claim(path: &'static [&'static str], any_of: &'static [Scalar]) -> Rule {
    Rule::Claim { path, any_of }
}

/// Every user whom the atoms can distinguish: each value of a claim with every other.
pub(crate) fn everyone() -> Vec<Principal> {
    let absent = Value::Null;
    let subsets = |values: [Value; 3]| -> Vec<Value> {
        (0..8_usize)
            .map(|set| {
                let chosen = values.iter().enumerate();
                chosen
                    .filter(|(bit, _)| set >> bit & 1 == 1)
                    .map(|(_, value)| value.clone())
                    .collect()
            })
            .collect()
    };
    let axes: [(&str, Vec<Value>); 7] = [
        (
            "scope",
            vec![absent.clone(), json!("a"), json!("b"), json!("b a")],
        ),
        ("groups", vec![absent.clone(), json!("r")]),
        (
            "realm_access",
            vec![absent.clone(), json!({"roles": ["r"]})],
        ),
        (
            "roles",
            vec![absent.clone(), json!("r"), json!(["s"]), json!(["s", "r"])],
        ),
        ("x", subsets([json!("p"), json!(1), json!(true)])),
        ("acr", vec![absent.clone(), json!("1"), json!("2")]),
        (
            "auth_time",
            vec![absent, signed_in_seconds_ago(5), signed_in_seconds_ago(300)],
        ),
    ];
    let mut people = vec![Map::new()];
    for (name, values) in axes {
        people = people
            .iter()
            .flat_map(|person| {
                values.iter().map(move |value| {
                    let mut person = person.clone();
                    if !value.is_null() {
                        person.insert(name.to_owned(), value.clone());
                    }
                    person
                })
            })
            .collect();
    }
    people
        .into_iter()
        .map(Value::Object)
        .flat_map(|person| [user_with(person.clone()), in_session(user_with(person))])
        .collect()
}

/// Which users satisfy the rule, for each result of the check.
pub(crate) fn admitted(rule: &Rule, everyone: &[Principal]) -> Vec<bool> {
    let on = |answer| {
        everyone
            .iter()
            .map(move |user| satisfies(user, rule, answer))
    };
    on(false).chain(on(true)).collect()
}

/// A rule of at most this many levels, deterministic for a seed.
pub(crate) fn rule(seed: &mut u64, levels: u32, atoms: &[Rule]) -> Rule {
    let kind = if levels == 0 { 9 } else { draw(seed, 10) };
    let several = |seed: &mut u64| -> &'static [Rule] {
        let count = draw(seed, 4);
        Vec::leak((0..count).map(|_| rule(seed, levels - 1, atoms)).collect())
    };
    match kind {
        0..=2 => Rule::All(several(seed)),
        3..=5 => Rule::Any(several(seed)),
        6 => Rule::Not(Box::leak(Box::new(rule(seed, levels - 1, atoms)))),
        _ => atoms[draw(seed, atoms.len())],
    }
}

/// Knuth's MMIX generator, of which the upper bits are sufficiently random.
fn draw(seed: &mut u64, below: usize) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).expect("31 bits") % below
}
