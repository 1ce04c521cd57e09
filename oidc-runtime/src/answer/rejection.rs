//! The response to a rejected request (RFC 6750 §3, RFC 9470 §3).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::challenge::Challenges;
use super::error_response::ErrorResponse;
use super::refusal::{Refusal, StepUp};
use super::response::Response;
use crate::jose::TokenError;
use crate::policy::Denial;
use crate::token::Via;

/// When a client may try again after the store of the sessions failed.
#[cfg(feature = "sessions")]
const STORE_PAUSE: Duration = Duration::from_secs(2);

/// Why a request is rejected, and the response to it.
///
/// The response contains only what helps a legitimate client; [`code`](Self::code) is the precise
/// reason, for logs. A handler may return a rejection that it got from an extractor. The response
/// is the same as if the extractor had rejected the request, including
/// [`OidcBuilder::error_response`](crate::OidcBuilder::error_response).
///
/// ```
/// use oidc::{Principal, Rejection};
///
/// #[oidc::optional]
/// async fn home(user: Result<Principal, Rejection>) -> Result<String, Rejection> {
///     match user {
///         Ok(user) => Ok(format!("hello {}", user.subject())),
///         Err(rejection) if rejection.error().is_none() => Ok("hello".to_owned()),
///         Err(rejection) => Err(rejection),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Rejection {
    /// Shared, to keep the results small that are moved on the path of every admitted request.
    shared: Arc<ErrorResponse>,
}

impl Rejection {
    /// The HTTP status: 400, 401, 403, 500 or 503.
    ///
    /// ```
    /// # use oidc::Rejection;
    /// fn is_outage(rejection: &Rejection) -> bool {
    ///     rejection.status() == 503
    /// }
    /// ```
    #[must_use]
    pub fn status(&self) -> u16 {
        self.refusal().status
    }

    /// The reason code for logs and metrics, such as `token_expired`. Codes never change.
    ///
    /// ```
    /// # use oidc::Rejection;
    /// fn has_expired(rejection: &Rejection) -> bool {
    ///     rejection.code() == "token_expired"
    /// }
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.refusal().code
    }

    /// The OAuth error code of the response, such as `invalid_token` (RFC 6750 §3.1, RFC 9470 §3).
    /// `None` for a request without credentials.
    ///
    /// ```
    /// # use oidc::Rejection;
    /// fn needs_step_up(rejection: &Rejection) -> bool {
    ///     rejection.error() == Some("insufficient_user_authentication")
    /// }
    /// ```
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.refusal().error.as_deref()
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), if the response has one.
    ///
    /// ```
    /// # use oidc::Rejection;
    /// fn requests_scopes(rejection: &Rejection) -> bool {
    ///     rejection.challenge().is_some_and(|challenge| challenge.contains("scope="))
    /// }
    /// ```
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        self.refusal().challenge.as_deref()
    }

    /// After which time the client may try again, if that helps. `Retry-After` carries it in whole
    /// seconds, at least 1 (RFC 9110 §10.2.3).
    ///
    /// ```
    /// # use oidc::Rejection;
    /// fn is_temporary(rejection: &Rejection) -> bool {
    ///     rejection.retry_after().is_some()
    /// }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.refusal().retry_after
    }

    /// The default JSON body of the response, which the application may have replaced:
    /// `{"detail": "..", "error": "..", "error_description": ".."}`. In an application with sessions
    /// it also has `login`, the address at which to sign in, for a request of a script that this would
    /// help.
    ///
    /// ```
    /// # use oidc::Rejection;
    /// fn to_json(rejection: &Rejection) -> serde_json::Result<serde_json::Value> {
    ///     serde_json::from_str(rejection.body())
    /// }
    /// ```
    #[must_use]
    pub fn body(&self) -> &str {
        self.shared.json()
    }

    /// For a reason of its own.
    pub(crate) fn of(refusal: Refusal) -> Self {
        Self::new(refusal)
    }

    fn new(refusal: Refusal) -> Self {
        ErrorResponse::new(refusal, None).into()
    }

    /// Adds a challenge (RFC 6750 §3) with further parameters.
    fn challenged(
        challenges: &Challenges,
        mut refusal: Refusal,
        parameters: &[(&str, &str)],
    ) -> Self {
        refusal.challenge = Some(challenges.challenge(&refusal, parameters));
        Self::new(refusal)
    }

    /// The same rejection, whose challenge asks for these scopes first: those of the route if a client
    /// has no valid token, those of the guards above if it lacks scopes.
    pub(crate) fn asking_for(
        &self,
        challenges: &Challenges,
        scopes: impl IntoIterator<Item = Cow<'static, str>>,
    ) -> Self {
        self.among(challenges, scopes, [])
    }

    /// The same rejection, whose challenge asks for other scopes before and after its own.
    pub(crate) fn among(
        &self,
        challenges: &Challenges,
        before: impl IntoIterator<Item = Cow<'static, str>>,
        after: impl IntoIterator<Item = Cow<'static, str>>,
    ) -> Self {
        let mut refusal = self.refusal().clone();
        refusal.scopes.splice(..0, before);
        refusal.scopes.extend(after);
        Self::challenged(challenges, refusal, &[])
    }

    fn unavailable_for(pause: Duration, code: &'static str, description: &'static str) -> Self {
        let error = Some("temporarily_unavailable".into());
        let mut refusal = Refusal::new(503, code, error, description);
        refusal.retry_after = Some(pause);
        Self::new(refusal)
    }

    pub(crate) fn refusal(&self) -> &Refusal {
        self.shared.refusal()
    }

    pub(crate) fn response(&self) -> Response {
        self.shared.response()
    }

    pub(crate) fn missing_credentials(challenges: &Challenges) -> Self {
        let refusal = Refusal::new(401, "credentials_missing", None, "not authenticated");
        Self::challenged(challenges, refusal, &[])
    }

    pub(crate) fn malformed_credentials(challenges: &Challenges) -> Self {
        let description = "the request must carry exactly one well-formed bearer token";
        let error = Some("invalid_request".into());
        let refusal = Refusal::new(400, "credentials_malformed", error, description);
        Self::challenged(challenges, refusal, &[])
    }

    /// The same response for every invalid token, so that it does not help an attacker. Only expiry
    /// is distinguished, so that the client refreshes its token.
    pub(crate) fn invalid_token(challenges: &Challenges, reason: TokenError) -> Self {
        let description = match reason {
            TokenError::Expired => "the access token expired",
            _ => "the access token is not valid",
        };
        let error = Some("invalid_token".into());
        let mut refusal = Refusal::new(401, reason.code(), error, description);
        // Who sends it takes it for a bearer token, which would be a downgrade (RFC 9449 §7.2).
        refusal.is_unconditional = reason == TokenError::SenderConstrained;
        Self::challenged(challenges, refusal, &[])
    }

    pub(crate) fn denied(challenges: &Challenges, denial: &Denial) -> Self {
        match denial {
            Denial::Scope { needed, missing } => {
                Self::insufficient_scope(challenges, needed, missing)
            }
            Denial::StepUp { acr, max_age } => Self::step_up(challenges, acr, *max_age),
            Denial::Via(Via::Session) => Self::session_required(challenges),
            Denial::Via(Via::Bearer) => Self::bearer_required(challenges),
            Denial::Issuer => Self::issuer_denied(challenges),
            Denial::Forbidden => Self::forbidden(challenges, "policy_denied"),
        }
    }

    /// The access token is invalid "for other reasons" than those of RFC 6750 §3.1: no token is
    /// valid here.
    pub(crate) fn session_required(challenges: &Challenges) -> Self {
        let description = "a browser session is required";
        let error = Some("invalid_token".into());
        let refusal = Refusal::new(401, "session_required", error, description);
        Self::challenged(challenges, refusal, &[])
    }

    /// Without an `error`, as for any request without a token (RFC 6750 §3.1).
    fn bearer_required(challenges: &Challenges) -> Self {
        let description = "an access token is required";
        let refusal = Refusal::new(401, "bearer_required", None, description);
        Self::challenged(challenges, refusal, &[])
    }

    pub(crate) fn forbidden(challenges: &Challenges, code: &'static str) -> Self {
        let description = "the access token does not satisfy the rule of this resource";
        let refusal = Refusal::new(403, code, Some("access_denied".into()), description);
        Self::challenged(challenges, refusal, &[])
    }

    /// The token is good, so that a client which got another one from the same issuer would come back
    /// with it: 403, and not 401 (RFC 6750 §3.1). Optional routes reject it as well, since their handler
    /// would take a known user for nobody.
    fn issuer_denied(challenges: &Challenges) -> Self {
        let description = "access tokens of this issuer are not accepted here";
        let error = Some("access_denied".into());
        let mut refusal = Refusal::new(403, "issuer_denied", error, description);
        refusal.is_unconditional = true;
        Self::challenged(challenges, refusal, &[])
    }

    fn insufficient_scope(
        challenges: &Challenges,
        needed: &[&'static str],
        missing: &[&str],
    ) -> Self {
        let description = format!("missing scope: {}", missing.join(" "));
        let error = Some("insufficient_scope".into());
        let mut refusal = Refusal::new(403, "scope_missing", error, description);
        refusal.scopes = needed.iter().copied().map(Cow::Borrowed).collect();
        Self::challenged(challenges, refusal, &[])
    }

    /// RFC 9470 §3.
    fn step_up(challenges: &Challenges, acr: &[&str], max_age: Option<u64>) -> Self {
        let description = "a different authentication level or a more recent one is required";
        let error = Some("insufficient_user_authentication".into());
        let mut refusal = Refusal::new(401, "step_up_required", error, description);
        let acr = (!acr.is_empty()).then(|| acr.join(" "));
        let step_up = StepUp {
            acr_values: acr.clone().unwrap_or_default(),
            max_age,
        };
        let max_age = max_age.map(|seconds| seconds.to_string());
        let parameters = [
            ("acr_values", acr.as_deref()),
            ("max_age", max_age.as_deref()),
        ];
        let parameters = parameters.map(|(name, value)| Some((name, value?)));
        let parameters: Vec<_> = parameters.into_iter().flatten().collect();
        refusal.step_up = Some(step_up);
        Self::challenged(challenges, refusal, &parameters)
    }

    pub(crate) fn unavailable(retry_after: Duration) -> Self {
        let description = "the identity provider cannot be reached";
        Self::unavailable_for(retry_after, "provider_unavailable", description)
    }

    /// The token may be signed with a newer key than the known ones, and the keys were refreshed
    /// too recently to be refreshed again.
    pub(crate) fn too_early_for_keys(retry_after: Duration) -> Self {
        let description = "the key of the access token is not known yet";
        Self::unavailable_for(retry_after, "keys_not_due", description)
    }

    /// The request belongs to no tenant that is known.
    pub(crate) fn tenant_unknown() -> Self {
        let error = Some("not_found".into());
        let mut refusal = Refusal::new(404, "tenant_unknown", error, "there is no such tenant");
        refusal.is_unconditional = true;
        Self::new(refusal)
    }

    /// The issuer, who has to be asked about the token, gives no answer that can be relied upon.
    pub(crate) fn introspection_failed(retry_after: Duration, code: &'static str) -> Self {
        let description = "the issuer of the access token cannot be asked about it";
        Self::unavailable_for(retry_after, code, description)
    }

    /// A request with a session cookie that another site may have sent.
    #[cfg(feature = "sessions")]
    pub(crate) fn cross_origin(description: String) -> Self {
        let error = Some("cross_origin".into());
        let mut refusal = Refusal::new(403, "cross_origin", error, description);
        refusal.is_unconditional = true;
        Self::new(refusal)
    }

    /// The store of the sessions does not respond.
    #[cfg(feature = "sessions")]
    pub(crate) fn store_unavailable() -> Self {
        let error = Some("temporarily_unavailable".into());
        let description = "sessions are not available at the moment";
        let mut refusal = Refusal::new(503, "store_unavailable", error, description);
        refusal.retry_after = Some(STORE_PAUSE);
        refusal.is_unconditional = true;
        Self::new(refusal)
    }

    /// The application lacks the layer of the sessions.
    #[cfg(feature = "sessions")]
    pub(crate) fn sessions_layer_missing() -> Self {
        let error = Some("server_error".into());
        let description = "the server is not configured";
        let mut refusal = Refusal::new(500, "sessions_layer_missing", error, description);
        refusal.is_unconditional = true;
        Self::new(refusal)
    }

    /// The session has no access token that can be used now, or none at all.
    #[cfg(feature = "sessions")]
    pub(crate) fn token_unavailable(retry_after: Duration) -> Self {
        let description = "the access token of the session cannot be renewed at the moment";
        Self::unavailable_for(retry_after, "refresh_failed", description)
    }

    /// Something could not be done with a session.
    #[cfg(feature = "sessions")]
    pub(crate) fn of_session(status: u16, code: &'static str, description: String) -> Self {
        let (error, retry_after) = match status {
            503 => ("temporarily_unavailable", Some(STORE_PAUSE)),
            _ => ("server_error", None),
        };
        let mut refusal = Refusal::new(status, code, Some(error.into()), description);
        refusal.retry_after = retry_after;
        Self::new(refusal)
    }

    /// The same rejection with another content.
    #[cfg(feature = "sessions")]
    pub(crate) fn map(&self, change: impl FnOnce(&mut Refusal)) -> Self {
        let mut refusal = self.refusal().clone();
        change(&mut refusal);
        Self::new(refusal)
    }

    /// The application is misconfigured; the log explains how.
    #[cfg(feature = "actix-web")]
    pub(crate) fn misconfigured() -> Self {
        let error = Some("server_error".into());
        let description = "the server is not configured";
        Self::new(Refusal::new(500, "misconfigured", error, description))
    }
}

impl From<ErrorResponse> for Rejection {
    fn from(response: ErrorResponse) -> Self {
        let shared = Arc::new(response);
        Self { shared }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.refusal().description, self.code())
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_realm(realm: &str) -> Challenges {
        Challenges::new(realm, None, String::new())
    }

    #[test]
    fn a_realm_cannot_break_out_of_its_quotes() {
        let rejection = Rejection::missing_credentials(&of_realm("a\"b\\c\r\nSet-Cookie: x"));
        assert_eq!(
            rejection.challenge(),
            Some(r#"Bearer realm="abcSet-Cookie: x""#)
        );
    }

    #[test]
    fn only_a_token_can_be_invalid() {
        let session_required = Rejection::denied(&of_realm("app"), &Denial::Via(Via::Session));
        assert_eq!(session_required.status(), 401);
        assert_eq!(session_required.code(), "session_required");
        assert_eq!(session_required.error(), Some("invalid_token"));
        let bearer_required = Rejection::denied(&of_realm("app"), &Denial::Via(Via::Bearer));
        assert_eq!(bearer_required.status(), 401);
        assert_eq!(bearer_required.code(), "bearer_required");
        assert_eq!(bearer_required.error(), None);
        let missing = Rejection::missing_credentials(&of_realm("app"));
        assert_eq!(bearer_required.challenge(), missing.challenge());
    }

    #[cfg(feature = "sessions")]
    #[test]
    fn errors_of_sessions_tell_the_client_what_to_do() {
        use crate::client::session::SessionError;

        let unavailable = Rejection::from(&SessionError::Unavailable);
        assert_eq!(unavailable.status(), 503);
        assert!(unavailable.refusal().retry_after.is_some());
    }

    #[test]
    fn step_up_names_the_required_authentication() {
        let denial = Denial::StepUp {
            acr: vec!["gold", "silver"],
            max_age: Some(900),
        };
        let rejection = Rejection::denied(&of_realm("app"), &denial);
        assert_eq!(rejection.status(), 401);
        let challenge = rejection.challenge().unwrap();
        assert!(
            challenge.contains(r#"error="insufficient_user_authentication""#),
            "{challenge}"
        );
        assert!(
            challenge.ends_with(r#", acr_values="gold silver", max_age="900""#),
            "{challenge}"
        );
    }
}
