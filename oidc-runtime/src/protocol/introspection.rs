//! The provider's introspection endpoint (RFC 7662).

use serde_json::Value;
use url::Url;

use super::error::ProtocolError;
use super::introspection_answer::Introspected;
use super::provider_text::error_code;
use super::relying_party::RelyingParty;
use crate::http::{HttpError, HttpResponse};
use crate::provider::Snapshot;

/// The largest answer that is read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Why there is no answer, for the log.
#[derive(Debug)]
pub(crate) enum IntrospectionError {
    /// The provider has no introspection endpoint.
    NoEndpoint,
    /// This client has no credentials at the moment.
    NoCredentials,
    /// The provider does not accept this client's credentials, or none that it has.
    Unauthorized,
    /// The provider cannot be reached, or its response is unusable.
    Failed(String),
}

/// Asks the provider about a token (RFC 7662 §2.1).
pub(crate) async fn introspect(
    party: &RelyingParty<'_>,
    provider: &Snapshot,
    endpoint: Option<&Url>,
    token: &str,
) -> Result<Introspected, IntrospectionError> {
    let metadata = &provider.metadata;
    let endpoint = endpoint.or(metadata.introspection_endpoint.as_ref());
    let endpoint = endpoint.ok_or(IntrospectionError::NoEndpoint)?;
    let parameters = [("token", token), ("token_type_hint", "access_token")];
    let response = party
        .post_for(metadata, endpoint, &parameters, MAX_ANSWER_BYTES)
        .await?;
    read(&response, token)
}

/// Only an answer that says what it means counts; an inactive token is no error (RFC 7662 §2.2, §2.3).
fn read(response: &HttpResponse, token: &str) -> Result<Introspected, IntrospectionError> {
    match response.status {
        200 => {}
        401 => return Err(IntrospectionError::Unauthorized),
        status => {
            let error = error_of(&response.body).unwrap_or_default();
            if error == "invalid_client" {
                return Err(IntrospectionError::Unauthorized);
            }
            // Some servers repeat what they were asked.
            let repeats = error.contains(token) || token.contains(&error);
            let error = if repeats { "" } else { &error };
            let problem = format!("status {status} {error}");
            return Err(IntrospectionError::Failed(problem.trim_end().to_owned()));
        }
    }
    if !response.is_json {
        let problem = "the answer is not JSON by its `Content-Type`";
        return Err(IntrospectionError::Failed(problem.to_owned()));
    }
    Introspected::parse(&response.body).ok_or_else(|| {
        let problem = "the answer is not a JSON object with a boolean `active` and unique names";
        IntrospectionError::Failed(problem.to_owned())
    })
}

/// The provider's `error` (RFC 6749 §5.2).
fn error_of(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    error_code(body.get("error")?.as_str()?).map(str::to_owned)
}

impl From<ProtocolError> for IntrospectionError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::NoClientAssertion => Self::NoCredentials,
            ProtocolError::ClientAuthNotOffered => Self::Unauthorized,
            ProtocolError::Http(error) => error.into(),
            _ => Self::Failed("the request could not be sent".to_owned()),
        }
    }
}

impl From<HttpError> for IntrospectionError {
    fn from(error: HttpError) -> Self {
        Self::Failed(error.to_string())
    }
}
