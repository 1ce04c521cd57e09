//! The registration endpoint (RFC 7591).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::client_metadata::ClientMetadata;
use super::form::media_type;
use super::oauth_error::{OAuthError, no_store};
use super::state::Provider;
use crate::random;
use crate::sync::lock;

/// Bytes of a request; a thousand clients have to fit into memory.
pub(super) const MAX_REQUEST: usize = 16 * 1024;

/// RFC 7591 §3.1.
pub(super) async fn post(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, OAuthError> {
    let invalid = |text: String| OAuthError::new("invalid_client_metadata", text);
    if media_type(&headers).as_deref() != Some("application/json") {
        return Err(invalid("the body must be application/json".to_owned()));
    }
    let metadata = serde_json::from_slice::<ClientMetadata>(&body);
    // The text of the parser may quote the request.
    let metadata = metadata.map_err(|error| {
        invalid(format!(
            "the body does not fit, at column {}",
            error.column()
        ))
    })?;
    metadata.check()?;
    Ok(provider.register(metadata))
}

impl Provider {
    /// RFC 7591 §3.2.1.
    fn register(&self, metadata: ClientMetadata) -> Response {
        let client_id = random::id();
        let secret = (!metadata.is_public()).then(random::token);
        let mut response = metadata.to_json();
        response.insert("client_id".to_owned(), json!(client_id));
        let now = self.clock.seconds();
        response.insert("client_id_issued_at".to_owned(), json!(now));
        if let Some(secret) = &secret {
            response.insert("client_secret".to_owned(), json!(secret));
            response.insert("client_secret_expires_at".to_owned(), json!(0));
        }
        let client = metadata.into_client(client_id, secret);
        lock(&self.store).registered.add(client);
        no_store((StatusCode::CREATED, Json(response)))
    }
}
