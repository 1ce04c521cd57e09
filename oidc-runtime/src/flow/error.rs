//! Why a flow ended without success, and the one table of what is answered then.

use std::borrow::Cow;
use std::time::Duration;

use super::refusal::Refusal;
use super::reply::Reply;
use super::state::StateError;
use crate::http::{Answer, HttpError};
use crate::jwt::TokenError;
use crate::rejection::error_body;
use crate::telemetry;

/// When to ask a busy provider again if it does not say.
const BUSY_PAUSE: Duration = Duration::from_secs(5);

/// Why a flow ended without success.
#[derive(Debug)]
pub(crate) enum FlowError {
    /// The request is not what the endpoint takes; says what is wrong.
    Request(Cow<'static, str>),
    /// Nobody may be sent there.
    RedirectNotAllowed,
    State(StateError),
    /// RFC 9207 §2.4.
    IssuerMismatch,
    BodyTooLarge,
    /// The method that there is.
    MethodNotAllowed(&'static str),
    UnsupportedGrant,
    /// The authorization response is an error (RFC 6749 §4.1.2.1): code and text, both safe.
    AuthorizationError {
        error: String,
        text: String,
    },
    /// The provider refused what the user offered.
    GrantRefused(Refusal),
    /// The provider refused this application, which the user cannot mend.
    ClientRefused(Refusal),
    /// The provider's answer is of no use; says which.
    UnusableResponse(&'static str),
    IdToken(TokenError),
    /// The userinfo endpoint answered about somebody else.
    SubjectMismatch,
    Http(HttpError),
    /// Nothing is known about the provider; when to try again.
    Unavailable(Duration),
    /// The provider limits rates (RFC 6585 §4); when to try again.
    Busy(Duration),
    NoDeviceFlow,
    NoUsername,
    NoRandomness,
    /// The client sent its own challenge to the login, so the state has no verifier.
    VerifierMissing,
    /// The verifier does not belong to the challenge (RFC 7636 §4.6).
    VerifierMismatch,
    /// The provider posts the authorization response (OAuth 2.0 Form Post Response Mode).
    FormPost,
}

/// A row of the table.
struct Row<'e> {
    status: u16,
    /// For logs; never changes.
    code: &'static str,
    error: Cow<'e, str>,
    description: Cow<'e, str>,
}

impl FlowError {
    pub(super) fn request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::Request(description.into())
    }

    pub(super) fn busy(answer: &Answer) -> Self {
        Self::Busy(answer.retry_after.unwrap_or(BUSY_PAUSE))
    }

    /// The answer, and one event for it.
    pub(super) fn answer(&self, endpoint: &'static str) -> Reply {
        let row = self.row();
        match self {
            Self::GrantRefused(refusal) | Self::ClientRefused(refusal) => {
                refusal.report(endpoint, row.status, row.code);
            }
            _ => report(endpoint, row.status, row.code),
        }
        let mut reply =
            Reply::with_json(row.status, error_body(Some(&row.error), &row.description));
        match self {
            Self::MethodNotAllowed(allowed) => reply.set("allow", *allowed),
            Self::FormPost => reply.set("allow", "GET"),
            Self::Unavailable(pause) | Self::Busy(pause) => reply.retry_after(*pause),
            Self::Http(HttpError::Connection) => reply.retry_after(Duration::ZERO),
            _ => {}
        }
        reply
    }

    #[expect(clippy::too_many_lines, reason = "it is the table")]
    fn row(&self) -> Row<'_> {
        let row = |status, code, error, description| Row {
            status,
            code,
            error: Cow::Borrowed(error),
            description: Cow::Borrowed(description),
        };
        let request = |code, description| row(400, code, "invalid_request", description);
        let upstream = |code, description| row(502, code, "upstream_error", description);
        match self {
            Self::Request(description) => request("request_malformed", description),
            Self::RedirectNotAllowed => {
                request("redirect_not_allowed", "this redirect URI is not allowed")
            }
            Self::State(error) => request(error.code(), error.description()),
            Self::IssuerMismatch => request(
                "response_issuer_mismatch",
                "the response is not the provider's",
            ),
            Self::BodyTooLarge => row(
                413,
                "body_too_large",
                "invalid_request",
                "the request is too large",
            ),
            Self::MethodNotAllowed(_) => row(
                405,
                "method_not_allowed",
                "invalid_request",
                "this method is not allowed here",
            ),
            Self::UnsupportedGrant => row(
                400,
                "grant_unsupported",
                "unsupported_grant_type",
                "this grant type is not supported",
            ),
            Self::AuthorizationError { error, text } => row(400, "sign_in_denied", error, text),
            Self::GrantRefused(refusal) => row(
                if refusal.status == 401 { 401 } else { 400 },
                "provider_refused",
                &refusal.error,
                explain(&refusal.error),
            ),
            Self::ClientRefused(_) => upstream(
                "client_refused",
                "the identity provider refused this application",
            ),
            Self::UnusableResponse(code) => {
                upstream(code, "the identity provider's answer is of no use")
            }
            Self::IdToken(reason) => upstream(
                reason.code(),
                "the identity provider's ID token is not valid",
            ),
            Self::SubjectMismatch => upstream(
                "userinfo_subject_mismatch",
                "the identity provider answered about somebody else",
            ),
            Self::Http(HttpError::Timeout) => row(
                504,
                "provider_timeout",
                "temporarily_unavailable",
                "the identity provider did not answer in time",
            ),
            Self::Http(HttpError::Connection) | Self::Unavailable(_) => row(
                503,
                "provider_unavailable",
                "temporarily_unavailable",
                "the identity provider cannot be reached",
            ),
            Self::Busy(_) => row(
                503,
                "provider_busy",
                "temporarily_unavailable",
                "the identity provider is too busy, try again later",
            ),
            Self::Http(_) => upstream("provider_failed", "the identity provider failed"),
            Self::NoDeviceFlow => row(
                503,
                "device_flow_missing",
                "unsupported_grant_type",
                "the identity provider has no device flow",
            ),
            Self::NoUsername => row(
                404,
                "username_missing",
                "not_found",
                "neither the token nor the identity provider names the user",
            ),
            Self::NoRandomness => row(
                500,
                "randomness_missing",
                "server_error",
                "the server could not begin the sign-in",
            ),
            Self::VerifierMissing => request(
                "verifier_missing",
                "this sign-in began with a code challenge; `code_verifier` must be its verifier",
            ),
            Self::VerifierMismatch => row(
                400,
                "verifier_mismatch",
                "invalid_grant",
                "`code_verifier` does not match the code challenge of this sign-in",
            ),
            Self::FormPost => row(
                405,
                "response_mode_unsupported",
                "invalid_request",
                "the response arrived as form_post; configure the identity provider to answer \
                 with response_mode=query",
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
            _ => "the state is not one of a sign-in under way here",
        }
    }
}

impl From<StateError> for FlowError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<TokenError> for FlowError {
    fn from(reason: TokenError) -> Self {
        Self::IdToken(reason)
    }
}

impl From<HttpError> for FlowError {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

/// What the codes of RFC 6749 §5.2 and RFC 8628 §3.5 mean to a caller. The provider's own text
/// is not passed on.
fn explain(error: &str) -> &'static str {
    match error {
        "invalid_grant" => "the code or token is not valid, has expired or was used before",
        "authorization_pending" => "the user has not decided yet",
        "slow_down" => "the user has not decided yet; ask less often",
        "expired_token" => "the device code has expired",
        "access_denied" => "access was denied",
        _ => "the identity provider refused the request",
    }
}

/// One event per flow without success. No address: addresses carry codes and states.
fn report(endpoint: &'static str, status: u16, code: &'static str) {
    telemetry::refused(code);
    if status >= 500 {
        tracing::warn!(code, status, endpoint, "a sign-in request failed");
    } else {
        tracing::debug!(code, status, endpoint, "refused a sign-in request");
    }
}
