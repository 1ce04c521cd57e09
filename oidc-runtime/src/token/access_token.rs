//! Validates the claims of an access token, after the signature check (RFC 9068 §4).

use super::access_claims::check;
use super::expectations::Expectations;
use super::explain;
use super::registered_claims::RegisteredClaims;
use super::unchecked::SignedToken;
use crate::jose::TokenError;

/// Validates the claims of an access token by RFC 9068 §4, and by RFC 8725 where that leaves a choice.
///
/// Steps 1 to 3 of RFC 9068 §4 (decryption, discovery, signature) are done: `signed` proves it.
pub(super) fn access_token(
    signed: SignedToken,
    expected: &Expectations<'_>,
) -> Result<RegisteredClaims, TokenError> {
    let SignedToken {
        header,
        claims,
        payload,
        ..
    } = signed;
    let claims = claims.map_err(|error| {
        explain::access_token(error, &RegisteredClaims::default(), expected);
        error.reason
    })?;
    check(&header, &claims, &payload, expected).map_err(|error| {
        explain::access_token(error, &claims, expected);
        error.reason
    })?;
    Ok(claims)
}
