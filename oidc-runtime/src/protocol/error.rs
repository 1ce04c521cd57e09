//! Why a request to the provider failed.

use std::time::Duration;

use super::token_endpoint_error::TokenEndpointError;
use crate::http::{HttpError, HttpResponse};
use crate::jose::TokenError;

/// How long to wait for a busy provider that sends no `Retry-After`.
const BUSY_PAUSE: Duration = Duration::from_secs(5);

/// Why a request to the provider failed.
#[derive(Debug)]
pub(crate) enum ProtocolError {
    /// The provider rejected what the user presented.
    GrantRejected(TokenEndpointError),
    /// The provider rejected this application; the user cannot do anything about it.
    ClientRejected(TokenEndpointError),
    /// The provider's response is unusable; carries the reason code for logs.
    UnusableResponse(&'static str),
    IdToken(TokenError),
    /// The userinfo response is about a different subject.
    SubjectMismatch,
    Http(HttpError),
    /// Discovery has not succeeded yet; carries the time until the next attempt.
    Unavailable(Duration),
    /// The provider limits the rate of requests (RFC 6585 §4); carries the time to wait.
    Busy(Duration),
    /// The provider has no device authorization endpoint.
    NoDeviceFlow,
}

impl ProtocolError {
    pub(super) fn busy(response: &HttpResponse) -> Self {
        Self::Busy(response.retry_after.unwrap_or(BUSY_PAUSE))
    }
}

impl From<TokenError> for ProtocolError {
    fn from(reason: TokenError) -> Self {
        Self::IdToken(reason)
    }
}

impl From<HttpError> for ProtocolError {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}
