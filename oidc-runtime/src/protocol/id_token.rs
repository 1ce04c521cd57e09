//! Validates the ID token of a sign-in or a refresh (OpenID Connect Core §3.1.3.7, §12.2).

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::error::ProtocolError;
use super::relying_party::RelyingParty;
use super::token_response::TokenResponse;
use crate::jose::{Algorithm, Compact, Signed, TokenError, check_signature};
use crate::provider::{ProviderErrorKind, Snapshot, Unverified};
use crate::token::{IdTokenExpectations, RegisteredClaims, id_token, refused_id_token};

/// Validates the ID token of a sign-in that began here, which must be present.
pub(crate) async fn validate_for_sign_in(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    response: &TokenResponse,
    nonce: &str,
) -> Result<RegisteredClaims, ProtocolError> {
    let token = response
        .id_token()
        .ok_or(ProtocolError::UnusableResponse("id_token_missing"))?;
    verify(party, provider, token, Some(nonce), response.access_token()).await
}

/// Validates the ID token of a sign-in that did not begin here, if there is one: the client may not
/// have requested `openid`, and it has to check the nonce itself.
pub(crate) async fn validate_if_present(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    response: &TokenResponse,
) -> Result<Option<RegisteredClaims>, ProtocolError> {
    let Some(token) = response.id_token() else {
        return Ok(None);
    };
    let verified = verify(party, provider, token, None, response.access_token()).await;
    verified.map(Some)
}

/// Validates the ID token of a refresh, if there is one: its subject must be the one that `subject`
/// returns, if any (§12.2).
pub(crate) async fn validate_for_refresh(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    response: &TokenResponse,
    subject: impl FnOnce() -> Option<Box<str>>,
) -> Result<(), ProtocolError> {
    let Some(claims) = validate_if_present(party, provider, response).await? else {
        return Ok(());
    };
    match subject() {
        Some(subject) if Some(&subject) != claims.sub.as_ref() => {
            Err(TokenError::SubjectMismatch.into())
        }
        _ => Ok(()),
    }
}

async fn verify(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    token: &str,
    nonce: Option<&str>,
    access_token: &str,
) -> Result<RegisteredClaims, ProtocolError> {
    let signed = signed(party, token).await.inspect_err(|error| {
        if let ProtocolError::IdToken(reason) = error {
            refused_id_token(*reason, token, party.algorithms);
        }
    })?;
    let expected = IdTokenExpectations {
        issuer: &provider.metadata.issuer,
        client_id: party.client_id,
        nonce,
        now: party.clock.unix_seconds(),
    };
    let claims = id_token(&signed, &expected)?;
    match claims.at_hash.as_deref() {
        Some(at_hash) if at_hash != hash(signed.header.algorithm, access_token) => {
            Err(TokenError::AccessTokenHashMismatch.into())
        }
        _ => Ok(claims),
    }
}

/// Checks the signature, and refreshes the keys if that requires newer ones.
async fn signed(party: &RelyingParty<'_>, token: &str) -> Result<Signed, ProtocolError> {
    let compact = Compact::parse(token)?;
    let check = |latest: &Snapshot| check_signature(Compact::parse(token)?, &latest.keys);
    let algorithm = compact.header.algorithm;
    let signed = party.provider.verify_received(algorithm, check).await;
    signed.map_err(|unverified| match unverified {
        Unverified::Invalid(reason) => reason.into(),
        Unverified::TooEarly(left) => ProtocolError::Unavailable(left),
        Unverified::Unreachable(
            ProviderErrorKind::Discovery(error) | ProviderErrorKind::Keys(error),
        ) => error.into(),
        Unverified::Unreachable(_) => ProtocolError::UnusableResponse("key_set_unusable"),
    })
}

/// `at_hash`: the left half of the access token's hash, in base64url (OpenID Connect Core
/// §3.1.3.6). The ID token's algorithm determines the hash function; Ed25519 uses SHA-512.
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
