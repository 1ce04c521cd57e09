//! Validates the claims of an ID token, after the signature check (OpenID Connect Core §3.1.3.7).

use super::claims_error::ClaimsError;
use super::explain;
use super::registered_claims::RegisteredClaims;
use super::rules::{check_issuer, check_subject, check_times, check_type};
use crate::clock::UnixSeconds;
use crate::jose::{Signed, TokenError};

/// What an ID token is validated against (OpenID Connect Core §3.1.3.7).
#[derive(Debug)]
pub(crate) struct IdTokenExpectations<'e> {
    pub(crate) issuer: &'e str,
    pub(crate) client_id: &'e str,
    /// The nonce of the sign-in; `None` after a refresh, where it is not compared.
    pub(crate) nonce: Option<&'e str>,
    pub(crate) now: UnixSeconds,
}

/// Validates an ID token by the numbered steps of OpenID Connect Core §3.1.3.7.
///
/// Steps 1 and 6 to 8 (encryption, signature, algorithm) are done. `at_hash` (§3.1.3.8) needs
/// the access token and is checked by the caller.
pub(crate) fn id_token(
    signed: &Signed,
    expected: &IdTokenExpectations<'_>,
) -> Result<RegisteredClaims, TokenError> {
    let claims = read_and_check(signed, expected);
    if let Err(error) = &claims
        && error.reason == TokenError::ClaimsMalformed
    {
        explain::malformed(error.claim, Some(&[expected.client_id.to_owned()]));
    }
    Ok(claims?)
}

fn read_and_check(
    signed: &Signed,
    expected: &IdTokenExpectations<'_>,
) -> Result<RegisteredClaims, ClaimsError> {
    check_type(signed.header.media_type(), &["JWT"])?;
    let claims = RegisteredClaims::parse(&signed.payload)?;
    // Step 2.
    check_issuer(&claims, expected.issuer)?;
    // Step 3. Further audiences are accepted only together with step 4.
    let audiences = claims.aud.as_ref().ok_or(TokenError::AudienceMismatch)?;
    if !audiences.contains(expected.client_id) {
        return Err(TokenError::AudienceMismatch.into());
    }
    // Steps 4 and 5.
    match claims.azp.as_deref() {
        Some(azp) if azp != expected.client_id => {
            return Err(TokenError::AuthorizedPartyMismatch.into());
        }
        None if audiences.0.len() > 1 => return Err(TokenError::AuthorizedPartyMismatch.into()),
        _ => {}
    }
    // Steps 9 and 10; §2 requires `iat`.
    check_times(&claims, expected.now)?;
    if claims.iat.is_none() {
        return Err(ClaimsError::malformed("iat"));
    }
    // Step 11. After a refresh, it would be the nonce of the original sign-in (§12.2).
    if let Some(nonce) = expected.nonce {
        check_nonce(claims.nonce.as_deref(), nonce)?;
    }
    check_subject(&claims)?;
    Ok(claims)
}

fn check_nonce(found: Option<&str>, expected: &str) -> Result<(), TokenError> {
    let found = found.unwrap_or_default().as_bytes();
    aws_lc_rs::constant_time::verify_slices_are_equal(found, expected.as_bytes())
        .map_err(|_| TokenError::NonceMismatch)
}
