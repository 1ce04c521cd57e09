//! The rules of an access token, after the signature (RFC 9068 §4).

use super::claims_error::ClaimsError;
use super::expectations::Expectations;
use super::explain;
use super::registered_claims::{OneOrMany, RegisteredClaims};
use super::rules::{check_issuer, check_subject, check_times, check_type};
use crate::clock::UnixSeconds;
use crate::jose::Compact;
use crate::jose::Header;
use crate::jose::Signed;
use crate::jose::TokenError;

/// The media type of access tokens (RFC 9068 §2.1), without `application/`.
const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Validates an access token by RFC 9068 §4, and RFC 8725 where that leaves room.
///
/// Steps 1 to 3 of RFC 9068 §4 (decryption, discovery, signature) lie behind: `signed` proves it.
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

/// The subject of an access token, if it would be accepted. Nothing is refused by it, so nothing is
/// logged.
pub(crate) fn access_token_subject(
    signed: &Signed,
    expected: &Expectations<'_>,
) -> Option<Box<str>> {
    let claims = read(&signed.header, &signed.payload).ok()?;
    check(&signed.header, &claims, expected).ok()?;
    claims.sub
}

/// Whether an unknown key is worth a fetch: a token that would be refused with any key is not.
/// Says when the token claims to have been issued.
///
/// Anybody may have written this token, so nothing of it is logged.
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
    // RFC 9068 §4 step 1, RFC 8725 §3.11: the explicit type. Most providers say `JWT`.
    check_type(header.media_type(), &[ACCESS_TOKEN_TYPE, "JWT"])?;
    RegisteredClaims::parse(payload).map_err(|error| match error.claim {
        // Those of an ID token, whatever they are worth.
        Some(claim @ ("nonce" | "at_hash")) => ClaimsError::other_kind(claim),
        _ => error,
    })
}

fn check(
    header: &Header,
    claims: &RegisteredClaims,
    expected: &Expectations<'_>,
) -> Result<(), ClaimsError> {
    // RFC 8725 §3.12: what is only in other kinds of tokens tells them from access tokens.
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
    // RFC 7800 §3: whoever presents it would have to prove that they have the key.
    if claims.is_bound {
        return Err(TokenError::SenderConstrained.into());
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

/// `aud` says whom a token is for; this is about who obtained it.
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

/// Whether `aud` may be that of an ID token, which always names the client, and sometimes an API
/// as well (OpenID Connect Core §2). Where any audience is accepted, so are the ID tokens of any
/// client.
fn may_be_id_token(audiences: &OneOrMany, expected: &Expectations<'_>) -> bool {
    let of_client = expected.audiences.is_none() || audiences.contains(expected.client_id);
    of_client && !expected.accept_unmarked
}

/// Whether something says that this is an access token. `azp` does not: ID tokens have it as well
/// (OpenID Connect Core §2).
fn is_marked(header: &Header, claims: &RegisteredClaims) -> bool {
    let typ = header.media_type();
    let has_scope = |scopes: &str| scopes.split(' ').any(|scope| !scope.is_empty());
    claims.access_kind
        || claims.client.is_some()
        || claims.scope.as_deref().is_some_and(has_scope)
        || typ.is_some_and(|typ| typ.eq_ignore_ascii_case(ACCESS_TOKEN_TYPE))
}
