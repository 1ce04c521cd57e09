//! The rules of an access token and of an ID token, after the signature.

use super::claims::RegisteredClaims;
use super::compact::Compact;
use super::header::Header;
use super::reason::TokenError;
use super::signature::Signed;
use crate::clock::UnixSeconds;

/// How far the provider's clock may be off, in seconds.
pub(crate) const SKEW: UnixSeconds = 30;

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

/// What only an ID token has to say (OpenID Connect Core §3.1.3.7).
#[derive(Debug)]
pub(crate) struct IdTokenExpectations<'e> {
    pub(crate) issuer: &'e str,
    pub(crate) client_id: &'e str,
    /// The nonce of the sign-in; `None` after a refresh, which may leave it out.
    pub(crate) nonce: Option<&'e str>,
    pub(crate) now: UnixSeconds,
}

/// Validates an ID token by the numbered steps of OpenID Connect Core §3.1.3.7.
///
/// Steps 1 and 6 to 8 (encryption, signature, algorithm) lie behind. `at_hash` (§3.1.3.8) needs
/// the access token and is checked by the caller.
pub(crate) fn id_token(
    signed: &Signed,
    expected: &IdTokenExpectations<'_>,
) -> Result<RegisteredClaims, TokenError> {
    check_type(signed.header.media_type(), &["JWT"])?;
    let claims = RegisteredClaims::parse(&signed.payload)?;
    // Step 2.
    check_issuer(&claims, expected.issuer)?;
    // Step 3. Further audiences are accepted only together with step 4.
    let audiences = claims.aud.as_ref().ok_or(TokenError::AudienceMismatch)?;
    if !audiences.contains(expected.client_id) {
        return Err(TokenError::AudienceMismatch);
    }
    // Steps 4 and 5.
    match claims.azp.as_deref() {
        Some(azp) if azp != expected.client_id => return Err(TokenError::AuthorizedPartyMismatch),
        None if audiences.0.len() > 1 => return Err(TokenError::AuthorizedPartyMismatch),
        _ => {}
    }
    // Steps 9 and 10; §2 requires `iat`.
    check_times(&claims, expected.now)?;
    if claims.iat.is_none() {
        return Err(TokenError::ClaimsMalformed);
    }
    // Step 11. A refresh may repeat the nonce of a sign-in long past (§12.2), so there it is not
    // compared.
    if let Some(nonce) = expected.nonce {
        check_nonce(claims.nonce.as_deref(), nonce)?;
    }
    check_subject(&claims)?;
    Ok(claims)
}

fn check_type(typ: Option<&str>, accepted: &[&str]) -> Result<(), TokenError> {
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

fn check_issuer(claims: &RegisteredClaims, issuer: &str) -> Result<(), TokenError> {
    match claims.iss.as_deref() {
        Some(iss) if iss == issuer => Ok(()),
        Some(_) => Err(TokenError::IssuerMismatch),
        None => Err(TokenError::ClaimsMalformed),
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

/// Also judges a cached token again, whose times were read when it was first seen.
pub(crate) fn is_expired(exp: UnixSeconds, now: UnixSeconds) -> bool {
    now >= exp.saturating_add(SKEW)
}

fn check_times(claims: &RegisteredClaims, now: UnixSeconds) -> Result<(), TokenError> {
    let exp = claims.exp.ok_or(TokenError::ClaimsMalformed)?;
    if is_expired(exp.0, now) {
        return Err(TokenError::Expired);
    }
    let latest = now.saturating_add(SKEW);
    if claims.nbf.is_some_and(|nbf| nbf.0 > latest) {
        return Err(TokenError::NotYetValid);
    }
    if claims.iat.is_some_and(|iat| iat.0 > latest) {
        return Err(TokenError::IssuedInFuture);
    }
    Ok(())
}

/// RFC 9068 §2.2 and OpenID Connect Core §2 require a subject.
fn check_subject(claims: &RegisteredClaims) -> Result<(), TokenError> {
    match claims.sub.as_deref() {
        None | Some("") => Err(TokenError::ClaimsMalformed),
        Some(_) => Ok(()),
    }
}

fn check_nonce(found: Option<&str>, expected: &str) -> Result<(), TokenError> {
    let found = found.unwrap_or_default().as_bytes();
    aws_lc_rs::constant_time::verify_slices_are_equal(found, expected.as_bytes())
        .map_err(|_| TokenError::NonceMismatch)
}
