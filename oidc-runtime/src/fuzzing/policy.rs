//! Compares the evaluation of random rules with an independent evaluator.
//!
//! The oracle shares no code with the evaluator: it reads the claims as JSON, and computes Kleene's
//! three-valued logic as minimum and maximum of numbers.

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::signer::{
    AUDIENCE, CLIENT_ID, CLOCK, ISSUER, KID, LATER, NOW, in_session, sign, verify,
};
use crate::policy::{
    AccessMode, Appraisal, Check, CheckResult, Denial, EvalContext, IssuedBy, OAuthScope,
    PolicySpec, Rule, Scalar, appraise, checks, explain, is_timeless,
};
use crate::request::RequestParts;
use crate::token::{Principal, Via};

/// Evaluates a random rule for a random token: `None` if that depends on a check without a result.
///
/// # Panics
/// If the evaluator and the oracle differ, or a denial names the wrong remedy.
pub fn policy(data: &[u8]) -> Option<bool> {
    let mut choices = Choices::new(data);
    let person = Person {
        via: choices.pick(&[Via::Bearer, Via::Session]),
        issuer: choices.pick(&ISSUERS),
        claims: claims(&mut choices),
    };
    let rule = rule(&mut choices, 4);
    let asked = checks(&rule);
    let answers: Vec<bool> = asked.iter().map(|_| choices.once_in(2)).collect();
    let known = choices.below(answers.len() + 1);

    let header = json!({"alg": "EdDSA", "kid": KID}).to_string();
    let payload = Value::Object(person.claims.clone()).to_string();
    let token = sign(header.as_bytes(), payload.as_bytes());
    let bearer = verify(&token).expect("a genuine token");
    let user = match person.via {
        Via::Bearer => bearer,
        Via::Session => in_session(bearer),
    };

    let mut expected_checks = Vec::new();
    collect_checks(&rule, &mut expected_checks);
    assert_eq!(asked.len(), expected_checks.len(), "{rule}");
    for (one, other) in asked.iter().zip(&expected_checks) {
        assert!(std::ptr::addr_eq(*one, *other), "the order of {rule}");
    }
    let decide = |answers: &[bool]| {
        let context = context(&user, &person, answers);
        let decision = appraise(&rule, &context).holds;
        let oracle = judge(&rule, &person, &mut answers.iter().copied()).decided();
        assert_eq!(decision, oracle, "{rule} with {answers:?} for {payload}");
        decision
    };
    let early = decide(&answers[..known]);
    let late = decide(&answers);
    assert!(
        late.is_some(),
        "{rule} is undecided although every check has a result"
    );
    assert!(early.is_none() || early == late, "{rule} changed its mind");
    check_letting_in(
        &rule,
        &person,
        &answers,
        appraise(&rule, &context(&user, &person, &answers)),
    );
    if late == Some(false) {
        let is_let_in = person.issuer.1;
        let denial = explain(&rule, &context(&user, &person, &answers), is_let_in);
        check_denial(&denial, &rule, &person, &answers);
    }
    if is_timeless(&rule) {
        assert!(asked.is_empty(), "{rule} has a check");
        let context = EvalContext {
            clock: &LATER,
            ..context(&user, &person, &[])
        };
        let later = appraise(&rule, &context).holds;
        assert_eq!(later, late, "{rule} changes with time");
    }
    early
}

/// False, unknown and true, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kleene {
    No,
    Unknown,
    Yes,
}

impl Kleene {
    fn of(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }

    fn decided(self) -> Option<bool> {
        match self {
            Self::No => Some(false),
            Self::Unknown => None,
            Self::Yes => Some(true),
        }
    }
}

/// Who asks.
#[derive(Clone, Debug)]
struct Person {
    via: Via,
    /// The name of the issuer, and whether it is let in everywhere.
    issuer: (&'static str, bool),
    claims: Map<String, Value>,
}

impl Person {
    fn issued_by(&self) -> IssuedBy<'static> {
        let (name, is_let_in_everywhere) = self.issuer;
        IssuedBy {
            name,
            is_let_in_everywhere,
        }
    }
}

fn context<'f>(user: &'f Principal, person: &Person, answers: &'f [bool]) -> EvalContext<'f> {
    EvalContext {
        user,
        issuer: person.issued_by(),
        clock: &CLOCK,
        answers,
    }
}

/// Asserts that the issuer is let in by a rule that names it, if everything holds that stands beside that
/// rule up to the root.
fn check_letting_in(rule: &Rule, person: &Person, answers: &[bool], found: Appraisal) {
    let (_, everywhere) = person.issuer;
    let expected = everywhere || is_named(rule, person, &mut answers.iter().copied());
    assert_eq!(found.lets_in, Some(expected), "{rule} for {person:?}");
    assert!(
        everywhere || !expected || found.holds == Some(true),
        "{rule} lets in whom it denies"
    );
}

fn is_named(rule: &Rule, person: &Person, answers: &mut dyn Iterator<Item = bool>) -> bool {
    match rule {
        Rule::Issuer(names) => names.contains(&person.issuer.0),
        Rule::Any(rules) => {
            let named = rules.iter().map(|rule| is_named(rule, person, answers));
            named.collect::<Vec<_>>().contains(&true)
        }
        Rule::All(rules) => {
            let mut checks = Vec::new();
            collect_checks(rule, &mut checks);
            let answers: Vec<bool> = checks.iter().filter_map(|_| answers.next()).collect();
            let mut again = answers.iter().copied();
            let named = rules.iter().map(|rule| is_named(rule, person, &mut again));
            let named = named.collect::<Vec<_>>().contains(&true);
            named && judge(rule, person, &mut answers.iter().copied()) == Kleene::Yes
        }
        Rule::Policy { spec, .. } => is_named(&spec.rule, person, answers),
        other => {
            judge(other, person, answers);
            false
        }
    }
}

fn judge(rule: &Rule, person: &Person, answers: &mut dyn Iterator<Item = bool>) -> Kleene {
    // Every part is evaluated, even if the result is known, so that each check takes its own
    // result.
    let mut each = |rules: &[Rule]| -> Vec<Kleene> {
        rules
            .iter()
            .map(|rule| judge(rule, person, answers))
            .collect()
    };
    match rule {
        Rule::All(rules) => each(rules).into_iter().min().unwrap_or(Kleene::Yes),
        Rule::Any(rules) => each(rules).into_iter().max().unwrap_or(Kleene::No),
        Rule::Not(rule) => match judge(rule, person, answers) {
            Kleene::No => Kleene::Yes,
            Kleene::Unknown => Kleene::Unknown,
            Kleene::Yes => Kleene::No,
        },
        Rule::Policy { spec, .. } => judge(&spec.rule, person, answers),
        Rule::Check { .. } => answers.next().map_or(Kleene::Unknown, Kleene::of),
        leaf => Kleene::of(leaf_holds(leaf, person)),
    }
}

fn leaf_holds(leaf: &Rule, person: &Person) -> bool {
    let claims = &person.claims;
    match leaf {
        Rule::Scopes(wanted) => {
            let granted = granted_scopes(claims);
            wanted.iter().all(|scope| {
                granted
                    .iter()
                    .any(|one| one == scope.name() || scope.implied_by().contains(&one.as_str()))
            })
        }
        Rule::Claim { path, any_of } => {
            let root = Value::Object(claims.clone());
            let mut value = &root;
            for name in *path {
                match value {
                    Value::Object(members) if members.contains_key(*name) => {
                        value = &members[*name];
                    }
                    _ => return false,
                }
            }
            let any_of: Vec<Value> = any_of.iter().map(scalar).collect();
            match value {
                Value::Array(items) => items.iter().any(|item| any_of.contains(item)),
                value => any_of.contains(value),
            }
        }
        Rule::Roles(wanted) => {
            let mut found = texts(claims.get("roles"));
            found.extend(texts(claims.get("groups")));
            found.extend(texts(
                claims
                    .get("realm_access")
                    .and_then(|realm| realm.get("roles")),
            ));
            if let Some(Value::Object(clients)) = claims.get("resource_access") {
                for client in [CLIENT_ID, AUDIENCE] {
                    let roles = clients.get(client).and_then(|client| client.get("roles"));
                    found.extend(texts(roles));
                }
            }
            wanted
                .iter()
                .any(|role| found.iter().any(|one| one == role))
        }
        Rule::Acr(accepted) => accepted
            .iter()
            .any(|acr| claims.get("acr") == Some(&json!(acr))),
        Rule::MaxAge(seconds) => claims.get("auth_time").is_some_and(|at| {
            let age = i128::from(NOW) - i128::from(at.as_i64().expect("a whole second"));
            // 30 seconds of clock skew; a later sign-in is in the future.
            (-30..=i128::from(*seconds)).contains(&age)
        }),
        Rule::Via(via) => person.via == *via,
        Rule::Issuer(names) => names.contains(&person.issuer.0),
        other => unreachable!("{other} is no leaf"),
    }
}

fn granted_scopes(claims: &Map<String, Value>) -> Vec<String> {
    let claim = claims.get("scope").or_else(|| claims.get("scp"));
    let words = texts(claim);
    let words = words.iter().flat_map(|text| text.split_ascii_whitespace());
    words.map(str::to_owned).collect()
}

/// A string, or the strings of an array.
fn texts(value: Option<&Value>) -> Vec<String> {
    let items = match value {
        Some(Value::Array(items)) => items.clone(),
        Some(value) => vec![value.clone()],
        None => Vec::new(),
    };
    items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

fn scalar(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Str(text) => json!(text),
        Scalar::Int(number) => json!(number),
        Scalar::Bool(truth) => json!(truth),
    }
}

fn collect_checks(rule: &Rule, found: &mut Vec<*const dyn Check>) {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => {
            for rule in *rules {
                collect_checks(rule, found);
            }
        }
        Rule::Not(rule) => collect_checks(rule, found),
        Rule::Policy { spec, .. } => collect_checks(&spec.rule, found),
        Rule::Check { check, .. } => found.push(*check),
        Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_) => {}
    }
}

/// Asserts that the remedy of a denial is necessary, and that it would help.
fn check_denial(denial: &Denial, rule: &Rule, person: &Person, answers: &[bool]) {
    let context = format!("{denial:?} of {rule} for {person:?}");
    match denial {
        Denial::Scope { needed, missing } => {
            assert!(!missing.is_empty(), "{context}");
            let granted = granted_scopes(&person.claims);
            let plain = !mentions_implied(rule);
            for scope in needed {
                let has = granted.iter().any(|one| one == scope);
                let needs = missing.contains(scope);
                assert!(!(has && needs), "{context}");
                assert!(has || needs || !plain, "{context}");
            }
            assert!(
                missing.iter().all(|scope| needed.contains(scope)),
                "{context}"
            );
        }
        Denial::StepUp { acr, max_age } => {
            assert!(!acr.is_empty() || max_age.is_some(), "{context}");
            if negates(rule) || count_acr(rule) > 1 {
                return;
            }
            let mut renewed = person.clone();
            if max_age.is_some() {
                renewed.claims.insert("auth_time".into(), json!(NOW));
            }
            if let Some(acr) = acr.first() {
                renewed.claims.insert("acr".into(), json!(acr));
            }
            let decision = judge(rule, &renewed, &mut answers.iter().copied());
            assert!(decision == Kleene::Yes, "{context}");
        }
        Denial::Via(via) => {
            assert!(person.via != *via, "{context}");
            assert!(demands(rule, *via), "{context}");
        }
        Denial::Issuer => {
            assert!(!person.issuer.1 || names_other(rule, person), "{context}");
        }
        Denial::Forbidden => {}
    }
}

fn mentions_implied(rule: &Rule) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(mentions_implied),
        Rule::Not(rule) => mentions_implied(rule),
        Rule::Policy { spec, .. } => mentions_implied(&spec.rule),
        Rule::Scopes(scopes) => scopes.iter().any(|scope| !scope.implied_by().is_empty()),
        Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => false,
    }
}

fn negates(rule: &Rule) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(negates),
        Rule::Not(_) => true,
        Rule::Policy { spec, .. } => negates(&spec.rule),
        Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => false,
    }
}

fn count_acr(rule: &Rule) -> usize {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().map(count_acr).sum(),
        Rule::Not(rule) => count_acr(rule),
        Rule::Policy { spec, .. } => count_acr(&spec.rule),
        Rule::Acr(_) => 1,
        Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::MaxAge(_)
        | Rule::Via(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => 0,
    }
}

/// Whether the rule has one about this way outside `not`.
fn demands(rule: &Rule, way: Via) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(|rule| demands(rule, way)),
        Rule::Policy { spec, .. } => demands(&spec.rule, way),
        Rule::Via(via) => *via == way,
        Rule::Not(_)
        | Rule::Scopes(_)
        | Rule::Claim { .. }
        | Rule::Roles(_)
        | Rule::Acr(_)
        | Rule::MaxAge(_)
        | Rule::Issuer(_)
        | Rule::Check { .. } => false,
    }
}

/// Whether the rule has one about other issuers outside `not`.
fn names_other(rule: &Rule, person: &Person) -> bool {
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().any(|rule| names_other(rule, person)),
        Rule::Policy { spec, .. } => names_other(&spec.rule, person),
        leaf @ Rule::Issuer(_) => !leaf_holds(leaf, person),
        _ => false,
    }
}

struct Numbered(#[expect(dead_code, reason = "gives every check an address of its own")] u8);

impl Check for Numbered {
    fn call<'a>(&'a self, _: &'a Principal, _: &'a RequestParts<'a>) -> CheckResult<'a> {
        unreachable!("the results are given")
    }
}

static CHECKS: [Numbered; 3] = [Numbered(0), Numbered(1), Numbered(2)];

/// Few words, so that claims often satisfy rules.
pub(super) const WORDS: [&str; 5] = ["read", "write", "admin", "my-api", "roles"];
const READ: OAuthScope = OAuthScope::new("read", &[]);
const WRITE: OAuthScope = OAuthScope::new("write", &[]);
const IMPLIED_READ: OAuthScope = OAuthScope::new("read", &["write", "admin"]);
const IMPLIED_WRITE: OAuthScope = OAuthScope::new("write", &["admin"]);
pub(super) const SCOPES: [&[OAuthScope]; 6] = [
    &[READ],
    &[WRITE],
    &[READ, WRITE],
    &[OAuthScope::new("admin", &[]), READ],
    &[IMPLIED_READ],
    &[WRITE, IMPLIED_READ, IMPLIED_WRITE],
];
pub(super) const NAMES: [&[&str]; 4] = [
    &["admin"],
    &["read"],
    &["read", "admin"],
    &["write", "roles"],
];
pub(super) const PATHS: [&[&str]; 8] = [
    &["groups"],
    &["email_verified"],
    &["level"],
    &["realm_access", "roles"],
    &["resource_access", "my-api", "roles"],
    &["resource_access", "my-api"],
    &["scope"],
    &["missing", "roles"],
];
pub(super) const VALUES: [&[Scalar]; 6] = [
    &[Scalar::Str("admin")],
    &[Scalar::Str("read"), Scalar::Str("write")],
    &[Scalar::Bool(true)],
    &[Scalar::Int(1), Scalar::Int(2)],
    &[Scalar::Int(-1)],
    &[Scalar::Bool(false), Scalar::Str("1")],
];
const ISSUERS: [(&str, bool); 4] = [
    ("own", true),
    ("partner", false),
    ("partner", true),
    ("other", false),
];
const ISSUER_NAMES: [&[&str]; 3] = [&["own"], &["partner"], &["own", "partner"]];
const AGES: [u64; 4] = [0, 60, 3600, u64::MAX];

/// Rules are `'static` data in an application, so those with parts are leaked here.
fn rule(choices: &mut Choices<'_>, depth: usize) -> Rule {
    let kinds = if depth == 0 { 10 } else { 15 };
    match choices.below(kinds) {
        0 => Rule::scopes(choices.pick(&SCOPES)),
        1 => Rule::Claim {
            path: choices.pick(&PATHS),
            any_of: choices.pick(&VALUES),
        },
        2 => Rule::Roles(choices.pick(&NAMES)),
        3 => Rule::Acr(choices.pick(&NAMES)),
        4 => Rule::MaxAge(choices.pick(&AGES)),
        5 | 6 => Rule::Check {
            name: "check",
            module: module_path!(),
            check: &CHECKS[choices.below(CHECKS.len())],
        },
        7 => Rule::Via(choices.pick(&[Via::Bearer, Via::Session])),
        8 | 9 => Rule::Issuer(choices.pick(&ISSUER_NAMES)),
        10 | 11 => Rule::All(rules(choices, depth - 1)),
        12 => Rule::Any(rules(choices, depth - 1)),
        13 => Rule::Not(Box::leak(Box::new(rule(choices, depth - 1)))),
        _ => {
            let rule = rule(choices, depth - 1);
            Rule::Policy {
                name: "policy",
                spec: Box::leak(Box::new(PolicySpec::new(
                    AccessMode::Required,
                    rule,
                    "policy",
                ))),
            }
        }
    }
}

fn rules(choices: &mut Choices<'_>, depth: usize) -> &'static [Rule] {
    let count = choices.below(4);
    let rules: Vec<Rule> = (0..count).map(|_| rule(choices, depth)).collect();
    rules.leak()
}

pub(super) fn claims(choices: &mut Choices<'_>) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(ISSUER));
    claims.insert("aud".into(), json!(AUDIENCE));
    claims.insert("sub".into(), json!("user"));
    claims.insert("exp".into(), json!(NOW + 60));
    for name in ["scope", "scp"] {
        match choices.below(4) {
            0 => {}
            1 => drop(claims.insert(name.into(), json!(choices.pick(&WORDS)))),
            2 => {
                let scopes = format!("{}  {}", choices.pick(&WORDS), choices.pick(&WORDS));
                claims.insert(name.into(), json!(scopes));
            }
            _ => drop(claims.insert(
                name.into(),
                json!([choices.pick(&WORDS), choices.pick(&WORDS)]),
            )),
        }
    }
    for name in [
        "roles",
        "groups",
        "email_verified",
        "level",
        "realm_access",
        "resource_access",
    ] {
        if choices.once_in(2) {
            let value = value(choices, 3);
            claims.insert(name.into(), value);
        }
    }
    if choices.once_in(2) {
        claims.insert("acr".into(), json!(choices.pick(&WORDS)));
    }
    if choices.once_in(2) {
        let age = choices.pick(&[0, 1, 60, 61, 3600, 1_000_000, -30, -31, -1_000_000]);
        claims.insert("auth_time".into(), json!(NOW - age));
    }
    claims
}

/// A value, mostly of the types that rules expect.
pub(super) fn value(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.below(if depth == 0 { 5 } else { 8 }) {
        0 => json!(choices.pick(&WORDS)),
        1 => json!(choices.once_in(2)),
        2 => json!(choices.pick(&[-1, 0, 1, 2])),
        3 => choices.pick(&[1.0, 1.5, -1.0, 1e30]).into(),
        4 => Value::Null,
        5 => (0..choices.below(4))
            .map(|_| value(choices, depth - 1))
            .collect(),
        _ => {
            let members = (0..choices.below(3)).map(|_| {
                let name = choices.pick(&WORDS).to_owned();
                (name, value(choices, depth - 1))
            });
            Value::Object(members.collect())
        }
    }
}
