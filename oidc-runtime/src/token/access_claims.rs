//! What the claims of an access token have to be (RFC 9068 §4), whoever signed it.

use super::binding::Binding;
use super::claims_error::ClaimsError;
use super::expectations::{Expectations, ExpectedIssuer};
use super::registered_claims::{OneOrMany, RegisteredClaims};
use super::rules::{self, check_subject, check_times};
use crate::jose::{Header, TokenError};

/// The media type of access tokens (RFC 9068 §2.1), without `application/`.
pub(super) const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// The checks that need no signature.
pub(super) fn check(
    header: &Header,
    claims: &RegisteredClaims,
    payload: &[u8],
    expected: &Expectations<'_>,
) -> Result<(), ClaimsError> {
    // RFC 8725 §3.12: claims that only other kinds of tokens have.
    if let Some(claim) = claims.other_kind() {
        return Err(ClaimsError::other_kind(claim));
    }
    // Step 3: the issuer, compared exactly.
    check_issuer(claims, payload, expected.issuer)?;
    // Step 4: the audience.
    let audiences = claims.aud.as_ref().ok_or(ClaimsError::malformed("aud"))?;
    check_audience(audiences, expected.audiences)?;
    if may_be_id_token(audiences, expected) && !is_marked(header, claims) {
        return Err(TokenError::NotAnAccessToken.into());
    }
    check_authorized_party(claims, expected.authorized_parties)?;
    check_binding(claims.binding, expected)?;
    // Step 6, and RFC 7519 §4.1.5, §4.1.6.
    check_times(claims, expected.now)?;
    check_subject(claims)
}

fn check_issuer(
    claims: &RegisteredClaims,
    payload: &[u8],
    expected: ExpectedIssuer<'_>,
) -> Result<(), ClaimsError> {
    match expected {
        ExpectedIssuer::This(issuer) => rules::check_issuer(claims, issuer),
        ExpectedIssuer::Tenant { pattern, template } => match claims.iss.as_deref() {
            Some(iss) if template.is_issuer(iss, pattern, payload) => Ok(()),
            Some(_) => Err(TokenError::IssuerMismatch.into()),
            None => Err(ClaimsError::malformed("iss")),
        },
    }
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
pub(super) fn check_authorized_party(
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

/// RFC 7800 §3: the presenter would have to prove possession of the key.
pub(super) fn check_binding(
    binding: Option<Binding>,
    expected: &Expectations<'_>,
) -> Result<(), TokenError> {
    match binding {
        None => Ok(()),
        Some(Binding::Certificate) if expected.gateway_checks_certificates => Ok(()),
        Some(_) => Err(TokenError::SenderConstrained),
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
