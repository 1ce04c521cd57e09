//! Why a request to the provider failed.

use std::time::Duration;

use super::token_endpoint_error::TokenEndpointError;
use crate::http::{HttpError, HttpResponse};
use crate::jose::TokenError;

/// When to try a busy provider again if it does not say.
const BUSY_PAUSE: Duration = Duration::from_secs(5);

/// Why a request to the provider failed.
#[derive(Debug)]
pub(crate) enum ProtocolError {
    /// The provider rejected what the user presented.
    GrantRejected(TokenEndpointError),
    /// The provider rejected this application, which no user can fix.
    ClientRejected(TokenEndpointError),
    /// The provider's response cannot be used; a code for logs.
    UnusableResponse(&'static str),
    IdToken(TokenError),
    /// The userinfo response is about a different subject.
    SubjectMismatch,
    Http(HttpError),
    /// Nothing is known about the provider; when to try again.
    Unavailable(Duration),
    /// The provider limits rates (RFC 6585 §4); when to try again.
    Busy(Duration),
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
