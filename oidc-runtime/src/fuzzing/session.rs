//! Compares what a session is admitted to with what its access token is admitted to as a bearer.
//!
//! A session adds the claims of the ID token and of userinfo, and takes nothing away.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::policy::{NAMES, PATHS, SCOPES, VALUES, WORDS, claims, value};
use super::signer::{AUDIENCE, CLIENT_ID, CLOCK, ISSUER, KID, NOW, sign, verify};
use crate::policy::{AccessMode, EvalContext, IssuedBy, PolicySpec, Rule, appraise};
use crate::token::{Facts, Principal, RolePlaces, Trust, VerifiedUser};

/// Evaluates a random rule for the bearer of a random access token and for a session with it: the two
/// decisions.
///
/// The rule has none of what a session may decide otherwise: `not`, `check`, `via`, and `acr` and
/// `max_age`, which are about the sign-in.
///
/// # Panics
/// If the session is not admitted to what the bearer is admitted to.
pub fn session(data: &[u8]) -> (bool, bool) {
    let mut choices = Choices::new(data);
    let rule = rule(&mut choices, 3);
    let access_token = Value::Object(claims(&mut choices)).to_string();
    let id_token = Value::Object(id_token(&mut choices)).to_string();
    let userinfo = choices.once_in(2).then(|| userinfo(&mut choices));

    let header = json!({"alg": "EdDSA", "kid": KID}).to_string();
    let bearer = sign(header.as_bytes(), access_token.as_bytes());
    let bearer = verify(&bearer).expect("a genuine token");
    let facts = Facts {
        access_token: Some(access_token.as_bytes()),
        id_token: id_token.as_bytes(),
        userinfo: userinfo.as_deref().map(str::as_bytes),
        scope: "openid",
    };
    let session = of_session(&facts);

    let decisions = [&bearer, &session].map(|user| {
        let context = EvalContext {
            user,
            issuer: IssuedBy::of(user),
            clock: &CLOCK,
            answers: &[],
        };
        appraise(&rule, &context).holds.expect("there is no check")
    });
    let [bearer, session] = decisions;
    assert!(
        session || !bearer,
        "{rule} admits the bearer of {access_token}, but no session with {id_token} and {userinfo:?}"
    );
    (bearer, session)
}

fn of_session(facts: &Facts<'_>) -> Principal {
    let audiences = [AUDIENCE, CLIENT_ID].map(str::to_owned);
    let trust = Arc::new(Trust::own(RolePlaces::usual(
        Some(CLIENT_ID),
        Some(&audiences),
    )));
    let user = VerifiedUser::of_session(facts, &Arc::from(ISSUER), &trust, NOW + 3600);
    Principal::new(Arc::new(user.expect("the claims can be read")))
}

fn id_token(choices: &mut Choices<'_>) -> Map<String, Value> {
    let mut claims = claims(choices);
    claims.insert("aud".into(), json!(CLIENT_ID));
    claims.insert("nonce".into(), json!("nonce"));
    claims.insert("sid".into(), json!("session"));
    claims
}

/// Nobody signs it, so it may claim to be a token of whatever kind.
fn userinfo(choices: &mut Choices<'_>) -> String {
    let mut claims = Map::new();
    claims.insert("sub".into(), json!("user"));
    for name in [
        "aud",
        "scope",
        "scp",
        "cnf",
        "acr",
        "auth_time",
        "client_id",
        "roles",
        "groups",
        "email_verified",
        "level",
        "realm_access",
        "resource_access",
    ] {
        if choices.once_in(3) {
            claims.insert(name.into(), value(choices, 2));
        }
    }
    if choices.once_in(4) {
        claims.insert(choices.pick(&WORDS).into(), value(choices, 1));
    }
    Value::Object(claims).to_string()
}

/// Rules are `'static` data in an application, so those with parts are leaked here.
fn rule(choices: &mut Choices<'_>, depth: usize) -> Rule {
    match choices.below(if depth == 0 { 5 } else { 9 }) {
        0 | 1 => Rule::scopes(choices.pick(&SCOPES)),
        2 | 3 => Rule::Claim {
            path: choices.pick(&PATHS),
            any_of: choices.pick(&VALUES),
        },
        4 => Rule::Roles(choices.pick(&NAMES)),
        5 | 6 => Rule::All(rules(choices, depth - 1)),
        7 => Rule::Any(rules(choices, depth - 1)),
        _ => {
            let rule = rule(choices, depth - 1);
            let spec = PolicySpec::new(AccessMode::Required, rule, "policy");
            Rule::Policy {
                name: "policy",
                spec: Box::leak(Box::new(spec)),
            }
        }
    }
}

fn rules(choices: &mut Choices<'_>, depth: usize) -> &'static [Rule] {
    let count = choices.below(3) + 1;
    let rules: Vec<Rule> = (0..count).map(|_| rule(choices, depth)).collect();
    rules.leak()
}
