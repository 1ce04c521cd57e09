//! Users with chosen claims, for tests elsewhere.

use serde_json::{Value, json};

pub(crate) use super::signer::in_session;
use super::signer::{AUDIENCE, CLOCK, ISSUER, KID, NOW, Settings, sign, verify_with};
use crate::policy::{Appraisal, Denial, EvalContext, IssuedBy, Rule, appraise, checks, explain};
use crate::token::{ClaimPath, Principal};

/// A verified user with these claims and the required ones. Roles are read from `roles` only.
pub(crate) fn user_with(claims: Value) -> Principal {
    let mut all = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "exp": NOW + 60});
    let (Value::Object(all), Value::Object(claims)) = (&mut all, claims) else {
        panic!("claims are an object");
    };
    all.extend(claims);
    let header = json!({"alg": "EdDSA", "kid": KID}).to_string();
    let token = sign(header.as_bytes(), json!(all).to_string().as_bytes());
    let settings = Settings {
        roles_from: Some(vec![ClaimPath::new(["roles"])]),
        ..Settings::default()
    };
    verify_with(&settings, &token).expect("a genuine token")
}

/// The `auth_time` of a user who signed in this many seconds ago.
pub(crate) fn signed_in_seconds_ago(seconds: i64) -> Value {
    json!(NOW - seconds)
}

/// Whether the rule holds if every check returns `answer`.
pub(crate) fn satisfies(user: &Principal, rule: &Rule, answer: bool) -> bool {
    let answers = vec![answer; checks(rule).len()];
    let context = EvalContext {
        user,
        issuer: IssuedBy::of(user),
        clock: &CLOCK,
        answers: &answers,
    };
    appraise(rule, &context)
        .holds
        .expect("every check has a result")
}

/// A rule without checks for a token of this issuer.
#[cfg(test)]
pub(crate) fn appraised(user: &Principal, rule: &Rule, issuer: IssuedBy<'_>) -> Appraisal {
    appraise(rule, &of_issuer(user, issuer))
}

/// Why a guard with the rule alone denies the user.
#[cfg(test)]
pub(crate) fn explained(user: &Principal, rule: &Rule, issuer: IssuedBy<'_>) -> Denial {
    let is_let_in = issuer.is_let_in_everywhere;
    explain(rule, &of_issuer(user, issuer), is_let_in)
}

#[cfg(test)]
fn of_issuer<'f>(user: &'f Principal, issuer: IssuedBy<'f>) -> EvalContext<'f> {
    EvalContext {
        user,
        issuer,
        clock: &CLOCK,
        answers: &[],
    }
}
