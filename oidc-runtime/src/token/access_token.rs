//! Validates the claims of an access token, after the signature check (RFC 9068 §4).

use super::binding::Binding;
use super::claims_error::ClaimsError;
use super::expectations::Expectations;
use super::explain;
use super::registered_claims::{OneOrMany, RegisteredClaims};
use super::rules::{check_issuer, check_subject, check_times, check_type};
use crate::clock::UnixSeconds;
use crate::jose::{Compact, Header, Signed, TokenError};

/// The media type of access tokens (RFC 9068 §2.1), without `application/`.
const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Validates an access token by RFC 9068 §4, and by RFC 8725 where that leaves a choice.
///
/// Steps 1 to 3 of RFC 9068 §4 (decryption, discovery, signature) are done: `signed` proves it.
pub(crate) fn access_token(
    signed: &Signed,
    expected: &Expectations<'_>,
) -> Result<RegisteredClaims, TokenError> {
    let explain = |error, claims: &_| {
        explain::access_token(error, claims, expected);
        error.reason
    };
    let claims = read(&signed.header, &signed.payload)
        .map_err(|error| explain(error, &RegisteredClaims::default()))?;
    check(&signed.header, &claims, expected).map_err(|error| explain(error, &claims))?;
    Ok(claims)
}

/// The subject of an access token, if the token is valid. No request is rejected because of the
/// result, so it is not logged.
pub(crate) fn access_token_subject(
    signed: &Signed,
    expected: &Expectations<'_>,
) -> Option<Box<str>> {
    let claims = read(&signed.header, &signed.payload).ok()?;
    check(&signed.header, &claims, expected).ok()?;
    claims.sub
}

/// Whether the token would be valid with a valid signature; only then is it worth fetching newer
/// keys. Returns the `iat` of the token.
///
/// The token is unverified, so its content is not logged.
pub(crate) fn accept_if_signed(
    token: &Compact<'_>,
    expected: &Expectations<'_>,
) -> Result<Option<UnixSeconds>, TokenError> {
    if !expected.algorithms.contains(&token.header.algorithm) {
        return Err(TokenError::AlgorithmNotAllowed);
    }
    let claims = read(&token.header, &token.unverified_payload()?)?;
    check(&token.header, &claims, expected)?;
    Ok(claims.iat.map(|date| date.0))
}

fn read(header: &Header, payload: &[u8]) -> Result<RegisteredClaims, ClaimsError> {
    // RFC 9068 §4 step 1, RFC 8725 §3.11: the explicit type. Most providers set `JWT`.
    check_type(header.media_type(), &[ACCESS_TOKEN_TYPE, "JWT"])?;
    RegisteredClaims::parse(payload).map_err(|error| match error.claim {
        // Claims of an ID token, even if malformed.
        Some(claim @ ("nonce" | "at_hash")) => ClaimsError::other_kind(claim),
        _ => error,
    })
}

fn check(
    header: &Header,
    claims: &RegisteredClaims,
    expected: &Expectations<'_>,
) -> Result<(), ClaimsError> {
    // RFC 8725 §3.12: claims that only other kinds of tokens have.
    if let Some(claim) = claims.other_kind() {
        return Err(ClaimsError::other_kind(claim));
    }
    // Step 3: the issuer, compared exactly.
    check_issuer(claims, expected.issuer)?;
    // Step 4: the audience.
    let audiences = claims.aud.as_ref().ok_or(ClaimsError::malformed("aud"))?;
    check_audience(audiences, expected.audiences)?;
    if may_be_id_token(audiences, expected) && !is_marked(header, claims) {
        return Err(TokenError::NotAnAccessToken.into());
    }
    check_authorized_party(claims, expected.authorized_parties)?;
    // RFC 7800 §3: the presenter would have to prove possession of the key.
    match claims.binding {
        None => {}
        Some(Binding::Certificate) if expected.gateway_checks_certificates => {}
        Some(_) => return Err(TokenError::SenderConstrained.into()),
    }
    // Step 6, and RFC 7519 §4.1.5, §4.1.6.
    check_times(claims, expected.now)?;
    check_subject(claims)
}

fn check_audience(found: &OneOrMany, accepted: Option<&[String]>) -> Result<(), TokenError> {
    match accepted {
        Some(accepted) if !accepted.iter().any(|name| found.contains(name)) => {
            Err(TokenError::AudienceMismatch)
        }
        _ => Ok(()),
    }
}

/// `aud` names the recipient of a token, `azp` the application that obtained it.
fn check_authorized_party(
    claims: &RegisteredClaims,
    accepted: Option<&[String]>,
) -> Result<(), TokenError> {
    let Some(accepted) = accepted else {
        return Ok(());
    };
    let party = claims.authorized_party();
    if party.is_some_and(|party| accepted.iter().any(|name| name == party)) {
        Ok(())
    } else {
        Err(TokenError::AuthorizedPartyMismatch)
    }
}

/// Whether `aud` could be that of an ID token, which always contains the client id, and sometimes
/// an API as well (OpenID Connect Core §2). If any audience is accepted, that applies to the ID
/// tokens of all clients.
fn may_be_id_token(audiences: &OneOrMany, expected: &Expectations<'_>) -> bool {
    let of_client = expected.audiences.is_none() || audiences.contains(expected.client_id);
    of_client && !expected.accept_unmarked
}

/// Whether the token is marked as an access token. `azp` is not a mark: ID tokens have it as well
/// (OpenID Connect Core §2).
fn is_marked(header: &Header, claims: &RegisteredClaims) -> bool {
    let typ = header.media_type();
    let has_scope = |scopes: &str| scopes.split(' ').any(|scope| !scope.is_empty());
    claims.access_kind
        || claims.client.is_some()
        || claims.scope.as_deref().is_some_and(has_scope)
        || typ.is_some_and(|typ| typ.eq_ignore_ascii_case(ACCESS_TOKEN_TYPE))
}
