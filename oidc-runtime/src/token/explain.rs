//! Tells the operator why a genuine token is refused, where that may be a mistake of the
//! configuration, here or at the provider. Nothing else that a token says is logged: before its
//! signature is checked, anyone may have written it.

use super::claims_error::ClaimsError;
use super::expectations::Expectations;
use super::registered_claims::{self, RegisteredClaims};
use crate::jose::TokenError;

/// Explains the refusal of an access token. Its claims are empty if they could not be read.
pub(super) fn access_token(
    error: ClaimsError,
    claims: &RegisteredClaims,
    expected: &Expectations<'_>,
) {
    let code = error.reason.code();
    match error.reason {
        TokenError::ClaimsMalformed => malformed(error.claim, expected.audiences),
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
        TokenError::NotAnAccessToken => match error.claim {
            Some(claim) => tracing::info!(
                code,
                claim,
                "refused a token that has a claim of another kind of token, such as an ID token"
            ),
            None => unmarked(code),
        },
        TokenError::AuthorizedPartyMismatch => tracing::info!(
            code,
            found = ?claims.authorized_party(),
            accepted = ?expected.authorized_parties,
            "refused a token that another application obtained; if it may, add it to \
             `authorized_parties` (OIDC_AUTHORIZED_PARTIES)"
        ),
        TokenError::SenderConstrained => tracing::info!(
            code,
            "refused a token that is bound to a key (`cnf`), because proofs of possession (DPoP, \
             mutual TLS) are not supported; have the provider issue bearer tokens"
        ),
        _ => {}
    }
}

fn unmarked(code: &str) {
    tracing::info!(
        code,
        missing = "a header `typ` of `at+jwt`, or one of the claims `scope`, `scp`, `client_id`, \
                   `cid`, `appid`, `azpacr`, `token_use` = `access`, `typ` = `Bearer`",
        "refused a token whose `aud` may be that of an ID token, and that nothing marks as an \
         access token; have the provider issue access tokens for an API of its own and configure \
         that as `audience` (OIDC_AUDIENCE), or accept ID tokens as well by \
         `insecure_accept_unmarked_tokens`"
    );
}

/// Names the claim that is missing or has the wrong type.
pub(super) fn malformed(claim: Option<&str>, audiences: Option<&[String]>) {
    let code = TokenError::ClaimsMalformed.code();
    let Some(claim) = claim else {
        tracing::info!(
            code,
            "refused a token whose claims are not a JSON object with unique names"
        );
        return;
    };
    let kind = registered_claims::type_of(claim);
    let expected = match (claim, audiences) {
        ("aud", Some(audiences)) => format!("{kind} that contains one of {audiences:?}"),
        _ => kind.to_owned(),
    };
    tracing::info!(
        code,
        claim,
        expected,
        "refused a token with a claim that is missing or malformed"
    );
}
