//! Why a request to a sign-in endpoint failed, and the table of responses.

use std::borrow::Cow;
use std::time::Duration;

use aws_lc_rs::error::Unspecified;

use super::state::StateError;
use crate::answer::{Browser, ErrorResponder, Refusal, Response};
#[cfg(feature = "sessions")]
use crate::client::session::{KeepError, SessionFailure};
use crate::gate::report;
use crate::http::HttpError;
use crate::protocol::{ProofError, ProtocolError};
use crate::request::RequestParts;
#[cfg(feature = "sessions")]
use crate::session::manager::Unkeepable;

/// How long a client waits before the assertion may be there again.
const ASSERTION_PAUSE: Duration = Duration::from_secs(5);

/// Why a request to a sign-in endpoint failed.
#[derive(Debug)]
pub(crate) enum FlowError {
    /// The request is malformed; the text explains why.
    Request(Cow<'static, str>),
    RedirectNotAllowed,
    State(StateError),
    /// The response is not from the provider (RFC 9207 §2.4).
    IssuerMismatch,
    BodyTooLarge,
    /// Only this method is allowed.
    MethodNotAllowed(&'static str),
    UnsupportedGrant,
    /// The authorization response is an error (RFC 6749 §4.1.2.1). Both texts are escaped.
    AuthorizationError {
        error: String,
        text: String,
    },
    Proof(ProofError),
    Protocol(ProtocolError),
    NoUsername,
    NoRandomness,
    /// The provider posted the authorization response (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// The endpoint is one of sessions, which the client does not have.
    SessionsMissing,
    /// A browser is not sent there after signing in or out.
    #[cfg(feature = "sessions")]
    ReturnToRefused,
    /// The user did not authenticate as it was asked for (RFC 9470).
    #[cfg(feature = "sessions")]
    StepUpUnmet,
    #[cfg(feature = "sessions")]
    Session(SessionFailure),
    #[cfg(feature = "sessions")]
    Begin(Unkeepable),
}

/// A row of the table.
struct Row<'e> {
    status: u16,
    /// The reason code for logs and metrics, which never changes.
    code: &'static str,
    error: &'e str,
    description: &'e str,
}

impl FlowError {
    pub(super) fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::Request(description.into())
    }

    /// Makes the response, and logs one event for it.
    pub(super) fn response(
        &self,
        endpoint: &'static str,
        responder: &ErrorResponder,
        browser: Option<Browser>,
        request: &RequestParts<'_>,
    ) -> Response {
        let mut refusal = self.refusal();
        refusal.browser = browser;
        match self {
            Self::Protocol(
                ProtocolError::GrantRejected(error) | ProtocolError::ClientRejected(error),
            ) => error.report(endpoint, refusal.status, refusal.code),
            _ => report(&refusal, Some(endpoint), request),
        }
        responder.response(refusal, endpoint, request).response()
    }

    #[cfg(feature = "sessions")]
    pub(super) fn status(&self) -> u16 {
        self.row().status
    }

    /// The reason code.
    #[cfg(feature = "sessions")]
    pub(super) fn code(&self) -> &'static str {
        self.row().code
    }

    fn refusal(&self) -> Refusal {
        let row = self.row();
        let error = Cow::Owned(row.error.to_owned());
        let description = row.description.to_owned();
        Refusal {
            retry_after: self.retry_after(),
            allow: self.allowed_method(),
            ..Refusal::new(row.status, row.code, Some(error), description)
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Protocol(ProtocolError::Unavailable(pause) | ProtocolError::Busy(pause)) => {
                Some(*pause)
            }
            Self::Protocol(ProtocolError::Http(HttpError::Connection)) => Some(Duration::ZERO),
            Self::Protocol(ProtocolError::NoClientAssertion) => Some(ASSERTION_PAUSE),
            #[cfg(feature = "sessions")]
            Self::Session(SessionFailure::StoreUnavailable) => Some(Duration::from_secs(2)),
            _ => None,
        }
    }

    fn allowed_method(&self) -> Option<&'static str> {
        match self {
            Self::MethodNotAllowed(allowed) => Some(allowed),
            Self::FormPost => Some("GET"),
            _ => None,
        }
    }

    fn row(&self) -> Row<'_> {
        match self {
            Self::Request(description) => Row::request("request_malformed", description),
            Self::RedirectNotAllowed => {
                Row::request("redirect_not_allowed", "this redirect URI is not allowed")
            }
            Self::State(error) => Row::request(error.code(), error.description()),
            Self::IssuerMismatch => Row::request(
                "response_issuer_mismatch",
                "the response is not from the identity provider",
            ),
            Self::BodyTooLarge => Row::new(
                413,
                "body_too_large",
                "invalid_request",
                "the request is too large",
            ),
            Self::MethodNotAllowed(_) => Row::new(
                405,
                "method_not_allowed",
                "invalid_request",
                "this method is not allowed here",
            ),
            Self::UnsupportedGrant => Row::new(
                400,
                "grant_unsupported",
                "unsupported_grant_type",
                "this grant type is not supported",
            ),
            Self::AuthorizationError { error, text } => {
                Row::new(400, "sign_in_denied", error, text)
            }
            Self::Proof(ProofError::VerifierMissing) => Row::request(
                "verifier_missing",
                "this sign-in began with a code challenge; `code_verifier` must be its verifier",
            ),
            Self::Proof(ProofError::VerifierMismatch) => Row::new(
                400,
                "verifier_mismatch",
                "invalid_grant",
                "`code_verifier` does not match the code challenge of this sign-in",
            ),
            Self::Protocol(error) => Row::of_protocol(error),
            Self::NoUsername => Row::new(
                404,
                "username_missing",
                "not_found",
                "neither the token nor the identity provider names the user",
            ),
            Self::NoRandomness => Row::new(
                500,
                "randomness_missing",
                "server_error",
                "the server could not begin the sign-in",
            ),
            Self::SessionsMissing => Row::new(
                500,
                "misconfigured",
                "server_error",
                "the server is not configured",
            ),
            #[cfg(feature = "sessions")]
            Self::ReturnToRefused => Row::request(
                "return_to_refused",
                "`return_to` must be a path of this application",
            ),
            #[cfg(feature = "sessions")]
            Self::StepUpUnmet => Row::new(
                403,
                "step_up_unmet",
                "step_up_unmet",
                "the sign-in was not as strong or as recent as required",
            ),
            #[cfg(feature = "sessions")]
            Self::Session(failure) => Row::of_session(*failure),
            #[cfg(feature = "sessions")]
            Self::Begin(Unkeepable::TooLarge) => Row::new(
                500,
                "session_too_large",
                "server_error",
                "the session does not fit into its cookies",
            ),
            #[cfg(feature = "sessions")]
            Self::Begin(Unkeepable::NoRandomness) => Self::NoRandomness.row(),
            Self::FormPost => Row::new(
                405,
                "response_mode_unsupported",
                "invalid_request",
                "the response arrived as form_post; configure the identity provider to respond \
                 with response_mode=query",
            ),
        }
    }
}

impl<'e> Row<'e> {
    fn new(status: u16, code: &'static str, error: &'e str, description: &'e str) -> Self {
        Self {
            status,
            code,
            error,
            description,
        }
    }

    fn request(code: &'static str, description: &'e str) -> Self {
        Self::new(400, code, "invalid_request", description)
    }

    fn upstream(code: &'static str, description: &'e str) -> Self {
        Self::new(502, code, "upstream_error", description)
    }

    fn unavailable(status: u16, code: &'static str, description: &'e str) -> Self {
        Self::new(status, code, "temporarily_unavailable", description)
    }

    #[cfg(feature = "sessions")]
    fn of_session(failure: SessionFailure) -> Self {
        match failure {
            SessionFailure::CrossOrigin(problem) => {
                Self::new(403, "cross_origin", "cross_origin", problem.description())
            }
            SessionFailure::StoreUnavailable => Self::unavailable(
                503,
                "store_unavailable",
                "sessions are not available at the moment",
            ),
            SessionFailure::LayerMissing => Self::new(
                500,
                "sessions_layer_missing",
                "server_error",
                "the server is not configured",
            ),
        }
    }

    fn of_protocol(error: &'e ProtocolError) -> Self {
        match error {
            ProtocolError::GrantRejected(rejected) => Self::new(
                if rejected.status == 401 { 401 } else { 400 },
                "provider_refused",
                &rejected.error,
                explain(&rejected.error),
            ),
            #[cfg(feature = "sessions")]
            ProtocolError::LogoutToken(code) => {
                Self::request(code, "the logout token is not valid")
            }
            ProtocolError::ClientRejected(_) => Self::upstream(
                "client_refused",
                "the identity provider rejected this application",
            ),
            ProtocolError::UnusableResponse(code) => {
                Self::upstream(code, "the identity provider returned an unusable response")
            }
            ProtocolError::IdToken(reason) => Self::upstream(
                reason.code(),
                "the identity provider's ID token is not valid",
            ),
            ProtocolError::SubjectMismatch => Self::upstream(
                "userinfo_subject_mismatch",
                "the identity provider returned claims for a different subject",
            ),
            ProtocolError::Http(HttpError::Timeout) => Self::unavailable(
                504,
                "provider_timeout",
                "the identity provider did not respond in time",
            ),
            ProtocolError::Http(HttpError::Connection) | ProtocolError::Unavailable(_) => {
                Self::unavailable(
                    503,
                    "provider_unavailable",
                    "the identity provider cannot be reached",
                )
            }
            ProtocolError::Busy(_) => Self::unavailable(
                503,
                "provider_busy",
                "the identity provider is too busy, try again later",
            ),
            ProtocolError::Http(
                HttpError::Request | HttpError::Status { .. } | HttpError::TooLarge,
            ) => Self::upstream("provider_failed", "the identity provider failed"),
            ProtocolError::ClientAuthNotOffered => Self::upstream(
                "client_auth_not_offered",
                "the identity provider offers no way in which this application can authenticate",
            ),
            ProtocolError::NoClientAssertion => Self::unavailable(
                503,
                "client_assertion_unavailable",
                "this application cannot authenticate to the identity provider at the moment",
            ),
            ProtocolError::NoDeviceFlow => Self::new(
                503,
                "device_flow_missing",
                "unsupported_grant_type",
                "the identity provider has no device flow",
            ),
        }
    }
}

impl StateError {
    fn code(self) -> &'static str {
        match self {
            Self::Forged => "state_forged",
            Self::Expired => "state_expired",
            Self::Replayed => "state_replayed",
            Self::BrowserMismatch => "state_of_other_browser",
            Self::RedirectUriMismatch => "state_of_other_redirect",
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Expired => "the sign-in took too long, start again",
            Self::Forged | Self::Replayed | Self::BrowserMismatch | Self::RedirectUriMismatch => {
                "the state does not match a sign-in in progress"
            }
        }
    }
}

impl From<StateError> for FlowError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<ProofError> for FlowError {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<ProtocolError> for FlowError {
    fn from(error: ProtocolError) -> Self {
        Self::Protocol(error)
    }
}

impl From<Unspecified> for FlowError {
    fn from(_: Unspecified) -> Self {
        Self::NoRandomness
    }
}

/// Explains the codes of RFC 6749 §5.2 and RFC 8628 §3.5 to the client. The provider's own text is
/// not passed on.
fn explain(error: &str) -> &'static str {
    match error {
        "invalid_grant" => "the code or token is not valid, has expired or was used before",
        "authorization_pending" => "the user has not decided yet",
        "slow_down" => "the user has not decided yet; poll less often",
        "expired_token" => "the device code has expired",
        "access_denied" => "access was denied",
        _ => "the identity provider rejected the request",
    }
}

#[cfg(feature = "sessions")]
impl From<SessionFailure> for FlowError {
    fn from(failure: SessionFailure) -> Self {
        Self::Session(failure)
    }
}

#[cfg(feature = "sessions")]
impl From<KeepError> for FlowError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Unkeepable(problem) => Self::Begin(problem),
            KeepError::Store(failure) => Self::Session(failure),
        }
    }
}
