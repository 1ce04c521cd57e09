//! Validity.

use super::{Case, Words};
use crate::inspect::when::moment;

/// The clock difference that the server tolerates, in seconds.
const SKEW: f64 = 30.0;
const CLOCKS: &str = "compare the clocks: `oidc-guard doctor` with the issuer shows the provider's";

pub(super) fn is_expired(case: &Case<'_>) -> bool {
    let exp = case.token.seconds("exp");
    exp.is_some_and(|exp| case.now_seconds() >= exp + SKEW)
}

pub(super) fn is_early(case: &Case<'_>) -> bool {
    let nbf = case.token.seconds("nbf");
    nbf.is_some_and(|nbf| nbf > case.now_seconds() + SKEW)
}

pub(super) fn expired(case: &Case<'_>) -> Words {
    let exp = case.token.seconds("exp").unwrap_or_default();
    (
        format!("it expired {}", moment(exp, case.now)),
        format!("refresh it or sign in again; if it is fresh, {CLOCKS}"),
    )
}

pub(super) fn not_yet_valid(case: &Case<'_>) -> Words {
    early(case, "nbf", "it is not yet valid: `nbf` is")
}

pub(super) fn issued_in_future(case: &Case<'_>) -> Words {
    early(case, "iat", "it was issued in the future: `iat` is")
}

fn early(case: &Case<'_>, claim: &str, sentence: &str) -> Words {
    let at = case.token.seconds(claim).unwrap_or_default();
    (
        format!("{sentence} {}", moment(at, case.now)),
        CLOCKS.to_owned(),
    )
}
