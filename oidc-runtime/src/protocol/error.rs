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
    /// The logout token is not valid; carries the reason code for logs.
    #[cfg(feature = "sessions")]
    LogoutToken(&'static str),
    /// The provider offers no method of client authentication by which a secret can be sent.
    ClientAuthNotOffered,
    /// There is no assertion to authenticate with.
    NoClientAssertion,
    /// The provider has no device authorization endpoint.
    NoDeviceFlow,
}

impl ProtocolError {
    /// For logs, without anything that the provider or a user has sent.
    #[cfg(feature = "sessions")]
    pub(crate) fn summary(&self) -> String {
        match self {
            Self::GrantRejected(_) => "the provider rejected the refresh token".to_owned(),
            Self::ClientRejected(_) => "the provider rejected this application".to_owned(),
            Self::UnusableResponse(code) => format!("its response is unusable ({code})"),
            Self::IdToken(reason) => format!("the ID token is not valid ({})", reason.code()),
            Self::SubjectMismatch => "the response is about another user".to_owned(),
            Self::Http(error) => error.to_string(),
            Self::Unavailable(_) => "the provider cannot be reached".to_owned(),
            Self::Busy(_) => "the provider limits the rate of requests".to_owned(),
            Self::LogoutToken(code) => format!("the logout token is not valid ({code})"),
            Self::ClientAuthNotOffered => {
                "the provider offers no supported client authentication method".to_owned()
            }
            Self::NoClientAssertion => "there is no client assertion".to_owned(),
            Self::NoDeviceFlow => "the provider has no device flow".to_owned(),
        }
    }

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
