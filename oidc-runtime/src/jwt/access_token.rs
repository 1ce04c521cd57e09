//! The rules of an access token, after the signature (RFC 9068 §4).

use super::claims::RegisteredClaims;
use super::compact::Compact;
use super::header::Header;
use super::reason::TokenError;
use super::rules::{check_issuer, check_subject, check_times, check_type};
use super::signature::Signed;
use crate::clock::UnixSeconds;

/// What tokens have to say.
#[derive(Debug)]
pub(crate) struct Expectations<'e> {
    pub(crate) issuer: &'e str,
    /// Any one of these has to be in `aud`; `None` accepts every audience.
    pub(crate) audiences: Option<&'e [String]>,
    pub(crate) now: UnixSeconds,
}

/// Validates an access token by RFC 9068 §4, and RFC 8725 where that leaves room.
///
/// Steps 1 to 3 of RFC 9068 §4 (decryption, discovery, signature) lie behind: `signed` proves it.
pub(crate) fn access_token(
    signed: &Signed,
    expected: &Expectations<'_>,
) -> Result<RegisteredClaims, TokenError> {
    let claims = read_access_token(&signed.header, &signed.payload)?;
    match check_access_token(&claims, expected) {
        Ok(()) => Ok(claims),
        Err(reason) => {
            explain(reason, &claims, expected);
            Err(reason)
        }
    }
}

/// Whether an unknown key is worth a fetch: a token that would be refused with any key is not.
/// Says when the token claims to have been issued.
///
/// Anybody may have written this token, so nothing of it is logged.
pub(crate) fn worth_asking(
    token: &Compact<'_>,
    expected: &Expectations<'_>,
) -> Result<Option<UnixSeconds>, TokenError> {
    let claims = read_access_token(&token.header, &token.unverified_payload()?)?;
    check_access_token(&claims, expected)?;
    Ok(claims.iat.map(|date| date.0))
}

fn read_access_token(header: &Header, payload: &[u8]) -> Result<RegisteredClaims, TokenError> {
    // RFC 9068 §4 step 1, RFC 8725 §3.11: the explicit type. Most providers say `JWT`.
    check_type(header.media_type(), &["at+jwt", "JWT"])?;
    RegisteredClaims::parse(payload)
}

fn check_access_token(
    claims: &RegisteredClaims,
    expected: &Expectations<'_>,
) -> Result<(), TokenError> {
    // RFC 8725 §3.12: what is only in ID tokens tells them from access tokens.
    if claims.other_use || claims.nonce.is_some() || claims.at_hash.is_some() {
        return Err(TokenError::NotAnAccessToken);
    }
    // Step 3: the issuer, compared exactly.
    check_issuer(claims, expected.issuer)?;
    // Step 4: the audience.
    check_audience(claims, expected.audiences)?;
    // Step 6, and RFC 7519 §4.1.5, §4.1.6.
    check_times(claims, expected.now)?;
    check_subject(claims)
}

/// Tells the operator what a genuine token says where that may be a mistake of the configuration.
fn explain(reason: TokenError, claims: &RegisteredClaims, expected: &Expectations<'_>) {
    let code = reason.code();
    match reason {
        TokenError::IssuerMismatch => tracing::info!(
            code,
            found = ?claims.iss.as_deref().unwrap_or_default(),
            expected = expected.issuer,
            "refused a token of another issuer"
        ),
        TokenError::AudienceMismatch => tracing::info!(
            code,
            found = ?claims.aud.as_ref().map(|audiences| &audiences.0),
            accepted = ?expected.audiences,
            "refused a token for another application; if it is for this one, configure `audience`"
        ),
        _ => {}
    }
}

fn check_audience(
    claims: &RegisteredClaims,
    accepted: Option<&[String]>,
) -> Result<(), TokenError> {
    let audiences = claims.aud.as_ref().ok_or(TokenError::ClaimsMalformed)?;
    match accepted {
        Some(accepted) if !accepted.iter().any(|name| audiences.contains(name)) => {
            Err(TokenError::AudienceMismatch)
        }
        _ => Ok(()),
    }
}
