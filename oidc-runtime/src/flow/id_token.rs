//! Validates the ID token of a sign-in or a refresh (OpenID Connect Core §3.1.3.7, §12.2).

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::FlowError;
use super::token_response::TokenResponse;
use crate::jwt::{
    Algorithm, Compact, IdTokenExpectations, RegisteredClaims, Signed, TokenError,
    access_token_subject, check_signature, id_token, refused_id_token,
};
use crate::oidc::Oidc;
use crate::provider::{ProviderError, Snapshot};

/// The ID token of a sign-in that began here, which has to be there.
pub(super) async fn of_sign_in(
    oidc: &Oidc,
    provider: &Snapshot,
    response: &TokenResponse,
    nonce: &str,
) -> Result<(), FlowError> {
    let token = response
        .id_token()
        .ok_or(FlowError::Answer("id_token_missing"))?;
    let verified = verify(oidc, provider, token, Some(nonce), response.access_token()).await;
    verified.map(drop)
}

/// The ID token of a sign-in that did not begin here, if there is one: it may not have asked for
/// `openid`, and its nonce is the client's to check.
pub(super) async fn if_there(
    oidc: &Oidc,
    provider: &Snapshot,
    response: &TokenResponse,
) -> Result<Option<RegisteredClaims>, FlowError> {
    let Some(token) = response.id_token() else {
        return Ok(None);
    };
    let verified = verify(oidc, provider, token, None, response.access_token()).await;
    verified.map(Some)
}

/// The ID token of a refresh, if there is one: its subject is that of the session (§12.2), which
/// the access token names if it is one of ours.
pub(super) async fn of_refresh(
    oidc: &Oidc,
    provider: &Snapshot,
    response: &TokenResponse,
) -> Result<(), FlowError> {
    let Some(claims) = if_there(oidc, provider, response).await? else {
        return Ok(());
    };
    match own_subject(oidc, response.access_token()) {
        Some(subject) if Some(&subject) != claims.sub.as_ref() => {
            Err(TokenError::SubjectMismatch.into())
        }
        _ => Ok(()),
    }
}

async fn verify(
    oidc: &Oidc,
    provider: &Snapshot,
    token: &str,
    nonce: Option<&str>,
    access_token: &str,
) -> Result<RegisteredClaims, FlowError> {
    let config = oidc.config();
    let signed = signed(oidc, provider, token).await.inspect_err(|error| {
        if let FlowError::IdToken(reason) = error {
            refused_id_token(*reason, token, &config.algorithms);
        }
    })?;
    let expected = IdTokenExpectations {
        issuer: &provider.metadata.issuer,
        client_id: &config.client_id,
        nonce,
        now: config.clock.unix_seconds(),
    };
    let claims = id_token(&signed, &expected)?;
    match claims.at_hash.as_deref() {
        Some(at_hash) if at_hash != hash(signed.header.algorithm, access_token) => {
            Err(TokenError::AccessTokenHashMismatch.into())
        }
        _ => Ok(claims),
    }
}

/// Checks the signature; an unknown key may be a new one, so the provider is asked for it.
async fn signed(oidc: &Oidc, provider: &Snapshot, token: &str) -> Result<Signed, FlowError> {
    let compact = Compact::parse(token)?;
    let kid = compact.header.kid.clone();
    let claims = RegisteredClaims::parse(&compact.unverified_payload()?).ok();
    let issued_at = claims.and_then(|claims| claims.iat);
    match (check_signature(compact, &provider.keys), kid) {
        (Err(TokenError::KeyUnknown), Some(kid)) => {
            let issued_at = issued_at.map(|date| date.0);
            if !oidc.provider().look_again(&kid, issued_at).await {
                return Err(key_unknown(oidc));
            }
            let latest = oidc.provider().peek();
            let keys = &latest.as_ref().ok_or(TokenError::KeyUnknown)?.keys;
            Ok(check_signature(Compact::parse(token)?, keys)?)
        }
        (outcome, _) => Ok(outcome?),
    }
}

/// Nothing can be said about a token while the key set cannot be had.
fn key_unknown(oidc: &Oidc) -> FlowError {
    match oidc.provider().last_failure() {
        Some(ProviderError::Discovery(error) | ProviderError::Keys(error)) => error.into(),
        _ => TokenError::KeyUnknown.into(),
    }
}

/// The subject of an access token that this application would accept.
fn own_subject(oidc: &Oidc, token: &str) -> Option<Box<str>> {
    let latest = oidc.provider().peek();
    let provider = latest.as_ref()?;
    let signed = check_signature(Compact::parse(token).ok()?, &provider.keys).ok()?;
    access_token_subject(&signed, &oidc.expectations(provider))
}

/// `at_hash`: the left half of the access token's hash, in base64url (OpenID Connect Core
/// §3.1.3.6). The hash is that of the ID token's algorithm; Ed25519 uses SHA-512.
fn hash(algorithm: Algorithm, access_token: &str) -> String {
    let function = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => &SHA256,
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => &SHA384,
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => &SHA512,
    };
    let digest = digest::digest(function, access_token.as_bytes());
    let (left, _) = digest.as_ref().split_at(digest.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_access_token_hash_of_openid_connect_core_appendix_a_4() {
        assert_eq!(
            hash(
                Algorithm::Rs256,
                "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
            ),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
    }
}
