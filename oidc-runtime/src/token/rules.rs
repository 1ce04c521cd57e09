//! The checks that access tokens and ID tokens have in common.

use super::claims_error::ClaimsError;
use super::registered_claims::RegisteredClaims;
use crate::clock::UnixSeconds;
use crate::jose::TokenError;

/// The tolerated clock difference to the provider, in seconds.
pub(crate) const SKEW: UnixSeconds = 30;

pub(super) fn check_type(typ: Option<&str>, accepted: &[&str]) -> Result<(), TokenError> {
    match typ {
        Some(typ)
            if !accepted
                .iter()
                .any(|accepted| typ.eq_ignore_ascii_case(accepted)) =>
        {
            Err(TokenError::TypeNotAllowed)
        }
        _ => Ok(()),
    }
}

pub(super) fn check_issuer(claims: &RegisteredClaims, issuer: &str) -> Result<(), ClaimsError> {
    match claims.iss.as_deref() {
        Some(iss) if iss == issuer => Ok(()),
        Some(_) => Err(TokenError::IssuerMismatch.into()),
        None => Err(ClaimsError::malformed("iss")),
    }
}

/// Whether a sign-in at `at` is at most `max_age` seconds old. One in the future is not recent, apart from
/// the tolerated clock difference.
pub(crate) fn is_recent(at: UnixSeconds, max_age: UnixSeconds, now: UnixSeconds) -> bool {
    (-SKEW..=max_age).contains(&now.saturating_sub(at))
}

/// Also used for cached tokens, on every request.
pub(crate) fn is_expired(exp: UnixSeconds, now: UnixSeconds) -> bool {
    now >= exp.saturating_add(SKEW)
}

pub(super) fn check_times(claims: &RegisteredClaims, now: UnixSeconds) -> Result<(), ClaimsError> {
    let exp = claims.exp.ok_or(ClaimsError::malformed("exp"))?;
    if is_expired(exp.0, now) {
        return Err(TokenError::Expired.into());
    }
    check_not_before(claims, now)?;
    if claims
        .iat
        .is_some_and(|iat| iat.0 > now.saturating_add(SKEW))
    {
        return Err(TokenError::IssuedInFuture.into());
    }
    Ok(())
}

pub(super) fn check_not_before(
    claims: &RegisteredClaims,
    now: UnixSeconds,
) -> Result<(), TokenError> {
    match claims.nbf {
        Some(nbf) if nbf.0 > now.saturating_add(SKEW) => Err(TokenError::NotYetValid),
        _ => Ok(()),
    }
}

/// RFC 9068 §2.2 and OpenID Connect Core §2 require a subject.
pub(super) fn check_subject(claims: &RegisteredClaims) -> Result<(), ClaimsError> {
    match claims.sub.as_deref() {
        None | Some("") => Err(ClaimsError::malformed("sub")),
        Some(_) => Ok(()),
    }
}
