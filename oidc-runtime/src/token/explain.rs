//! Logs why a token with a valid signature is rejected, where the configuration, here or at the
//! provider, may be wrong. The content of tokens with an unverified signature is not logged.

use super::claims_error::ClaimsError;
use super::expectations::Expectations;
use super::registered_claims::{self, RegisteredClaims};
use crate::jose::TokenError;

/// Logs why an access token is invalid. The claims are empty if they could not be read.
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
            expected = expected.issuer.text(),
            "rejected a token of another issuer"
        ),
        TokenError::AudienceMismatch => tracing::info!(
            code,
            found = ?claims.aud.as_ref().map(|audiences| &audiences.0),
            accepted = ?expected.audiences,
            "rejected a token for another audience; if it is intended for this application, set \
             `audience` (OIDC_AUDIENCE)"
        ),
        TokenError::NotAnAccessToken => match error.claim {
            Some(claim) => tracing::info!(
                code,
                claim,
                "rejected a token with a claim of another kind of token, such as an ID token"
            ),
            None => unmarked(code),
        },
        TokenError::AuthorizedPartyMismatch => tracing::info!(
            code,
            found = ?claims.authorized_party(),
            accepted = ?expected.authorized_parties,
            "rejected a token that was issued to another application; to accept it, add the \
             application to `authorized_parties` (OIDC_AUTHORIZED_PARTIES)"
        ),
        TokenError::SenderConstrained => tracing::info!(
            code,
            "rejected a token that is bound to a key (`cnf`): proof of possession (DPoP, mutual \
             TLS) is not supported; configure the provider to issue bearer tokens"
        ),
        _ => {}
    }
}

/// Logs why a token is not valid here whose issuer calls it active. Nothing of the answer is repeated, for
/// the issuer may have put the token into it.
pub(super) fn answer(error: ClaimsError, expected: &Expectations<'_>) {
    let code = error.reason.code();
    match error.reason {
        TokenError::IssuerMismatch => tracing::info!(
            code,
            expected = expected.issuer.text(),
            "an issuer that was asked about a token names another one in `iss`"
        ),
        TokenError::AudienceMismatch => tracing::info!(
            code,
            accepted = ?expected.audiences,
            "an issuer that was asked about a token names no accepted audience in `aud`; if the token is \
             intended for this application, have the issuer add it, or set `audience`"
        ),
        TokenError::SenderConstrained => tracing::info!(
            code,
            "an issuer that was asked about a token says that it is bound to a key (`cnf`): proof of \
             possession (DPoP, mutual TLS) is not supported"
        ),
        TokenError::AuthorizedPartyMismatch => tracing::info!(
            code,
            accepted = ?expected.authorized_parties,
            "an issuer that was asked about a token says that it was issued to another application"
        ),
        TokenError::NotAnAccessToken | TokenError::ClaimsMalformed => tracing::info!(
            code,
            claim = error.claim,
            "a claim in an issuer's answer about a token is missing, or shows another kind of token"
        ),
        _ => {}
    }
}

fn unmarked(code: &str) {
    tracing::info!(
        code,
        missing = "a header `typ` of `at+jwt`, or one of the claims `scope`, `scp`, `client_id`, \
                   `cid`, `appid`, `azpacr`, `token_use` = `access`, `typ` = `Bearer`",
        "rejected a token that could be an ID token: nothing marks it as an access token; register \
         the API at the provider with an audience of its own and set that as `audience` \
         (OIDC_AUDIENCE), or accept ID tokens as well with `insecure_accept_unmarked_tokens`"
    );
}

/// Names the claim that is missing or has the wrong type.
pub(super) fn malformed(claim: Option<&str>, audiences: Option<&[String]>) {
    let code = TokenError::ClaimsMalformed.code();
    let Some(claim) = claim else {
        tracing::info!(
            code,
            "rejected a token whose claims are not a JSON object with unique names"
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
        "rejected a token with a missing or malformed claim"
    );
}
