//! Revokes tokens at the provider (RFC 7009).

use super::error::ProtocolError;
use super::relying_party::RelyingParty;

/// Revokes a refresh token, if the provider has an endpoint for it (RFC 7009 §2.1).
pub(crate) async fn revoke(party: &RelyingParty<'_>, token: &str) -> Result<(), ProtocolError> {
    let provider = party.provider().await?;
    let Some(endpoint) = &provider.metadata.revocation_endpoint else {
        return Ok(());
    };
    let parameters = [("token", token), ("token_type_hint", "refresh_token")];
    let response = party
        .post(&provider.metadata, endpoint, &parameters)
        .await?;
    match response.status {
        200 => Ok(()),
        _ => Err(response.unexpected_status().into()),
    }
}
