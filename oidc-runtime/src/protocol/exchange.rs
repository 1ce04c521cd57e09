//! Requests to the provider's token endpoint (RFC 6749 §3.2).

use super::error::ProtocolError;
use super::grant::Grant;
use super::rejected::grant_error;
use super::relying_party::{RelyingParty, required_endpoint};
use super::token_response::TokenResponse;
use crate::provider::Snapshot;

/// Exchanges a grant for tokens, which are not validated here.
pub(crate) async fn exchange(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    grant: &Grant<'_>,
) -> Result<TokenResponse, ProtocolError> {
    let endpoint = required_endpoint(provider.metadata.token_endpoint.as_ref())?;
    let response = party
        .post(&provider.metadata, endpoint, &grant.parameters())
        .await?;
    match response.status {
        200 => TokenResponse::parse(&response.body),
        _ => Err(grant_error(&response, grant, party, &provider.metadata)),
    }
}
