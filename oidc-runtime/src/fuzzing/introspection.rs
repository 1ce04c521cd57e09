//! What introspection endpoints say about tokens.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::forge::disturb;
use super::signer::{AUDIENCE, CLIENT_ID, ISSUER, KID, NOW, sign, verified};
use crate::clock::UnixSeconds;
use crate::jose::Algorithm;
use crate::protocol::Introspected;
use crate::token::{
    AnswerError, Expectations, ExpectedIssuer, Principal, RolePlaces, Trust, VerifiedUser,
};

/// How long an answer counts.
const CACHE: UnixSeconds = 30;

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It cannot be relied upon: the server is at fault.
    Unusable,
    /// The token is not active, or not for this application.
    Invalid,
    /// The token stands for a user.
    Accepted,
}

/// Reads an answer that is arbitrary, or valid apart from some members.
///
/// # Panics
/// If an answer is accepted that violates the rules, if one that follows them is not, or if a JWT counts
/// for more than it did before it was confirmed.
pub fn introspection(data: &[u8]) -> Answer {
    let answer = answer(Choices::new(data));
    let read = serde_json::from_slice::<Value>(&answer).ok();
    let members = read.as_ref().and_then(Value::as_object);
    let claims = match Introspected::parse(&answer) {
        None => {
            let is_tidy = members.is_some_and(|members| is_tidy(members, &answer));
            let active = members.and_then(|members| members.get("active"));
            assert!(!(is_tidy && active.is_some_and(Value::is_boolean)));
            return Answer::Unusable;
        }
        Some(Introspected::Inactive) => {
            assert_eq!(
                members.map(|members| &members["active"]),
                Some(&json!(false))
            );
            return Answer::Invalid;
        }
        Some(Introspected::Active(claims)) => claims,
    };
    let members = members.expect("an object");
    assert_eq!(members["active"], true);
    check_confirmation(&claims);
    match accept(&claims) {
        Ok(user) => {
            check_user(user, members);
            Answer::Accepted
        }
        Err(reason) => {
            assert!(!is_good(members), "rejected {members:?}: {reason:?}");
            match reason {
                AnswerError::Malformed => Answer::Unusable,
                AnswerError::Invalid(_) => Answer::Invalid,
            }
        }
    }
}

fn accept(claims: &str) -> Result<VerifiedUser, AnswerError> {
    with_expectations(|expected| VerifiedUser::introspected("opaque", claims, expected, CACHE))
}

fn with_expectations<T>(f: impl FnOnce(&Expectations<'_>) -> T) -> T {
    let audiences = [AUDIENCE, CLIENT_ID].map(str::to_owned);
    let issuer = Arc::from(ISSUER);
    let roles = RolePlaces::usual(Some(CLIENT_ID), Some(&audiences));
    let trust = Arc::new(Trust::own(roles));
    f(&Expectations {
        issuer: ExpectedIssuer::This(&issuer),
        trust: &trust,
        client_id: CLIENT_ID,
        audiences: Some(&audiences),
        authorized_parties: None,
        algorithms: &Algorithm::ALL,
        accept_unmarked: false,
        gateway_checks_certificates: false,
        now: NOW,
    })
}

/// The user is who the answer says, and for no longer.
fn check_user(user: VerifiedUser, members: &Map<String, Value>) {
    assert!(may_be_good(members), "accepted {members:?}");
    assert!(user.valid_until <= NOW + CACHE, "{members:?}");
    if let Some(exp) = number(members, "exp") {
        #[expect(clippy::cast_precision_loss, reason = "a time of this century")]
        let until = user.valid_until as f64;
        assert!(until <= exp, "{members:?} until {until}");
    }
    let user = Principal::new(Arc::new(user));
    let subject = text(members, "sub").or_else(|| {
        let names = ["client_id", "cid", "appid"];
        names.iter().find_map(|name| text(members, name))
    });
    assert_eq!(Some(user.subject()), subject, "{members:?}");
    assert_eq!(user.issuer(), ISSUER);
    assert_eq!(user.claims(), members, "the claims that a handler sees");
    if members.get("sub").is_none() {
        assert!(user.is_application(), "{members:?}");
    }
}

/// A JWT that is confirmed is about the same user, and counts no longer than it says itself.
fn check_confirmation(claims: &str) {
    let jwt = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "user", "exp": NOW + 60, "client_id": CLIENT_ID,
        "scope": "read",
    });
    let header = json!({ "alg": "EdDSA", "kid": KID, "typ": "at+jwt" });
    let token = sign(header.to_string().as_bytes(), jwt.to_string().as_bytes());
    let user = verified(&token).expect("a genuine token");
    let confirmed = with_expectations(|expected| user.confirmed(claims, expected, CACHE));
    if let Ok(user) = confirmed {
        assert_eq!((&*user.subject, &*user.scopes), ("user", "read"));
        assert!(user.valid_until <= NOW + CACHE && user.expires_at <= NOW + 60);
    }
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

fn number(members: &Map<String, Value>, name: &str) -> Option<f64> {
    members.get(name)?.as_f64()
}

/// What every accepted answer has to satisfy.
fn may_be_good(members: &Map<String, Value>) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a time of this century")]
    let now = NOW as f64;
    let is_ours = |name: &Value| name == AUDIENCE || name == CLIENT_ID;
    let audience = match members.get("aud") {
        Some(Value::Array(names)) => names.iter().any(is_ours),
        Some(name) => is_ours(name),
        None => false,
    };
    let issuer = members.get("iss").is_none_or(|issuer| issuer == ISSUER);
    let alive = number(members, "exp").is_none_or(|exp| exp > now);
    let begun = number(members, "nbf").is_none_or(|nbf| nbf.floor() <= now + 30.0);
    let foreign = ["c_hash", "s_hash", "events", "cnf"];
    let is_foreign = foreign.iter().any(|name| members.contains_key(*name));
    let is_null = |name: &&str| members.get(*name).is_some_and(Value::is_null);
    let has_nulls = ["iss", "sub", "aud", "exp", "nbf", "scope"]
        .iter()
        .any(is_null);
    audience && issuer && alive && begun && !is_foreign && !has_nulls
}

/// An answer of nothing but what a careful server says.
fn is_good(members: &Map<String, Value>) -> bool {
    let known = [
        "active",
        "iss",
        "aud",
        "sub",
        "client_id",
        "exp",
        "nbf",
        "scope",
    ];
    let is_known = members.keys().all(|name| known.contains(&name.as_str()));
    let is_text = |name: &str| members.get(name).is_none_or(Value::is_string);
    let is_named = |name: &str| text(members, name).is_some_and(|text| !text.is_empty());
    let subject = match members.get("sub") {
        Some(_) => is_named("sub"),
        None => is_named("client_id"),
    };
    let is_time = |name: &str| match members.get(name) {
        None => true,
        Some(time) => time.as_u64().is_some_and(|time| time < 253_402_300_800),
    };
    let audience = match members.get("aud") {
        Some(Value::Array(names)) => names.iter().all(Value::is_string),
        _ => is_text("aud"),
    };
    let types = is_text("scope") && is_text("client_id") && is_time("exp") && is_time("nbf");
    is_known && types && audience && subject && may_be_good(members)
}

/// Whether the answer is as a serializer writes it, so that no name occurs twice.
fn is_tidy(members: &Map<String, Value>, answer: &[u8]) -> bool {
    json!(members).to_string().as_bytes() == answer
}

fn answer(mut choices: Choices<'_>) -> Vec<u8> {
    match choices.below(8) {
        0 => return choices.rest().to_vec(),
        1 => {
            let mut answer = br#"{"active":true,"aud":"api","sub":"user","#.to_vec();
            answer.extend(choices.rest());
            return answer;
        }
        _ => {}
    }
    let mut members = Map::new();
    members.insert("active".into(), json!(!choices.once_in(8)));
    members.insert("iss".into(), json!(ISSUER));
    let audiences = [
        json!(AUDIENCE),
        json!(CLIENT_ID),
        json!([AUDIENCE, "other"]),
    ];
    members.insert("aud".into(), audiences[choices.below(3)].clone());
    members.insert("sub".into(), json!("user"));
    members.insert("client_id".into(), json!(CLIENT_ID));
    members.insert("exp".into(), json!(NOW + 60));
    let names = [
        "active",
        "iss",
        "aud",
        "sub",
        "sub",
        "client_id",
        "cid",
        "exp",
        "exp",
        "nbf",
        "iat",
        "scope",
        "scp",
        "azp",
        "acr",
        "nonce",
        "at_hash",
        "events",
        "cnf",
        "token_use",
        "typ",
        "username",
        "jti",
        "token_type",
        "roles",
        "",
    ];
    disturb(&mut members, &mut choices, &names, 3);
    let mut text = json!(members).to_string().into_bytes();
    if choices.once_in(6) {
        let at = choices.position(text.len());
        text[at] = choices.byte();
    }
    text
}
