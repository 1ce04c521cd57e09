//! The provider's userinfo endpoint (OpenID Connect Core §5.3).

use serde_json::{Map, Value};

use super::error::ProtocolError;
use super::relying_party::RelyingParty;
use crate::provider::Snapshot;

/// Fetches the claims about the subject of an access token. `None` if the provider has no such
/// endpoint, or does not accept an access token there that was issued for an API.
pub(crate) async fn fetch_userinfo(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    access_token: &str,
    subject: &str,
) -> Result<Option<Map<String, Value>>, ProtocolError> {
    let Some(endpoint) = &provider.metadata.userinfo_endpoint else {
        return Ok(None);
    };
    let http = &party.provider.http;
    let response = http.get_with_bearer(endpoint, access_token).await?;
    match response.status {
        200 => {}
        429 => return Err(ProtocolError::busy(&response)),
        status @ 400..500 => {
            tracing::debug!(status, "the userinfo endpoint rejected a valid token");
            return Ok(None);
        }
        _ => {
            return Err(ProtocolError::UnusableResponse(
                "userinfo_status_unexpected",
            ));
        }
    }
    let claims: Map<String, Value> = serde_json::from_slice(&response.body)
        .map_err(|_| ProtocolError::UnusableResponse("userinfo_malformed"))?;
    // §5.3.2: claims about a different subject must not be used.
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(ProtocolError::SubjectMismatch);
    }
    Ok(Some(claims))
}
