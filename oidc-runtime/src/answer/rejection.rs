//! The answer to a request that may not go on, in the words of RFC 6750 and RFC 9470.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::Serialize;

use super::challenge::Challenge;
use super::response::Response;
use crate::jose::TokenError;
use crate::policy::Denial;

/// Why a request was refused, and the answer to it.
///
/// The answer says what the caller can do about it and no more; [`code`](Self::code) is for logs.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// Apart, for results that carry it are moved around on the way of every good request.
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    content: Content,
    /// Written when somebody asks for it.
    body: OnceLock<String>,
}

#[derive(Debug)]
struct Content {
    status: u16,
    /// For logs.
    code: &'static str,
    /// The code of RFC 6749, 6750 or 9470; none when there were no credentials (RFC 6750 §3.1).
    error: Option<&'static str>,
    description: Cow<'static, str>,
    challenge: Option<String>,
    retry_after: Option<Duration>,
}

/// The body of every error.
#[derive(Serialize)]
struct Body<'a> {
    detail: &'a str,
    error: Option<&'a str>,
    error_description: &'a str,
}

/// The JSON body of an error (`detail` for clients of py-oidc-auth, the rest by RFC 6749 §5.2).
pub(crate) fn error_body(error: Option<&str>, description: &str) -> String {
    let body = Body {
        detail: description,
        error,
        error_description: description,
    };
    // Strings always serialize.
    serde_json::to_string(&body).unwrap_or_default()
}

impl Rejection {
    /// The HTTP status: 400, 401, 403, 500 or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.shared.content.status
    }

    /// A stable code of the reason, for logs and metrics, such as `token_expired`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.shared.content.code
    }

    /// The `error` of the answer, such as `invalid_token`.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.shared.content.error
    }

    /// The value of `WWW-Authenticate`, if the answer has one.
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        self.shared.content.challenge.as_deref()
    }

    /// When to try again, if that helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.shared.content.retry_after
    }

    /// The JSON body of the answer.
    #[must_use]
    pub fn body(&self) -> &str {
        let Shared { content, body } = &*self.shared;
        body.get_or_init(|| error_body(content.error, &content.description))
    }

    fn new(content: Content) -> Self {
        let body = OnceLock::new();
        Self {
            shared: Arc::new(Shared { content, body }),
        }
    }

    pub(crate) fn response(&self) -> Response {
        let mut response = Response::with_json(self.status(), self.body().to_owned());
        if let Some(challenge) = self.challenge() {
            response.set("www-authenticate", challenge.to_owned());
        }
        if let Some(pause) = self.retry_after() {
            response.retry_after(pause);
        }
        response
    }

    pub(crate) fn missing_credentials(realm: &str) -> Self {
        Self::new(Content {
            status: 401,
            code: "credentials_missing",
            error: None,
            description: "not authenticated".into(),
            challenge: Some(Challenge::new(realm).finish()),
            retry_after: None,
        })
    }

    pub(crate) fn malformed_credentials(realm: &str) -> Self {
        let description = "the request has no single well-formed bearer token";
        let challenge = Challenge::new(realm).error("invalid_request", description);
        Self::new(Content {
            status: 400,
            code: "credentials_malformed",
            error: Some("invalid_request"),
            description: description.into(),
            challenge: Some(challenge.finish()),
            retry_after: None,
        })
    }

    /// One answer for every bad token, so that it teaches an attacker nothing; only expiry is
    /// told, for the client has to refresh then.
    pub(crate) fn invalid_token(realm: &str, reason: TokenError) -> Self {
        let description = match reason {
            TokenError::Expired => "the access token expired",
            _ => "the access token is not valid",
        };
        let challenge = Challenge::new(realm).error("invalid_token", description);
        Self::new(Content {
            status: 401,
            code: reason.code(),
            error: Some("invalid_token"),
            description: description.into(),
            challenge: Some(challenge.finish()),
            retry_after: None,
        })
    }

    pub(crate) fn denied(realm: &str, denial: &Denial) -> Self {
        match denial {
            Denial::Scope { needed, missing } => Self::insufficient_scope(realm, needed, missing),
            Denial::StepUp { acr, max_age } => Self::step_up(realm, acr, *max_age),
            Denial::Forbidden => Self::forbidden(realm, "policy_denied"),
        }
    }

    pub(crate) fn forbidden(realm: &str, code: &'static str) -> Self {
        let description = "the access token does not satisfy the rule of this resource";
        let challenge = Challenge::new(realm).error("access_denied", description);
        Self::new(Content {
            status: 403,
            code,
            error: Some("access_denied"),
            description: description.into(),
            challenge: Some(challenge.finish()),
            retry_after: None,
        })
    }

    fn insufficient_scope(realm: &str, needed: &[&str], missing: &[&str]) -> Self {
        let description = format!("missing scope: {}", missing.join(" "));
        let challenge = Challenge::new(realm)
            .error("insufficient_scope", &description)
            .parameter("scope", &needed.join(" "));
        Self::new(Content {
            status: 403,
            code: "scope_missing",
            error: Some("insufficient_scope"),
            description: description.into(),
            challenge: Some(challenge.finish()),
            retry_after: None,
        })
    }

    /// RFC 9470 §3.
    fn step_up(realm: &str, acr: &[&str], max_age: Option<u64>) -> Self {
        let description = "a different authentication level or a more recent one is required";
        let mut challenge =
            Challenge::new(realm).error("insufficient_user_authentication", description);
        if !acr.is_empty() {
            challenge = challenge.parameter("acr_values", &acr.join(" "));
        }
        if let Some(max_age) = max_age {
            challenge = challenge.parameter("max_age", &max_age.to_string());
        }
        Self::new(Content {
            status: 401,
            code: "step_up_required",
            error: Some("insufficient_user_authentication"),
            description: description.into(),
            challenge: Some(challenge.finish()),
            retry_after: None,
        })
    }

    pub(crate) fn unavailable(retry_after: Duration) -> Self {
        Self::new(Content {
            status: 503,
            code: "provider_unavailable",
            error: Some("temporarily_unavailable"),
            description: "the identity provider cannot be reached".into(),
            challenge: None,
            retry_after: Some(retry_after),
        })
    }

    /// Only the provider's newest keys could tell whether the token is valid, and they were fetched
    /// a moment ago.
    pub(crate) fn too_early_for_keys(retry_after: Duration) -> Self {
        Self::new(Content {
            status: 503,
            code: "keys_not_due",
            error: Some("temporarily_unavailable"),
            description: "the key of the access token is not known yet".into(),
            challenge: None,
            retry_after: Some(retry_after),
        })
    }

    /// Whether the operator has to do something about it. Anyone can send tokens that are
    /// [too early](Self::too_early_for_keys).
    pub(crate) fn is_failure(&self) -> bool {
        self.status() >= 500 && self.code() != "keys_not_due"
    }

    /// The application forgot something; the log says what.
    #[cfg(feature = "actix-web")]
    pub(crate) fn misconfigured() -> Self {
        Self::new(Content {
            status: 500,
            code: "misconfigured",
            error: Some("server_error"),
            description: "the server is not configured".into(),
            challenge: None,
            retry_after: None,
        })
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({})",
            self.shared.content.description, self.shared.content.code
        )
    }
}

impl std::error::Error for Rejection {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_cannot_break_out_of_its_quotes() {
        let rejection = Rejection::missing_credentials("a\"b\\c\r\nSet-Cookie: x");
        assert_eq!(
            rejection.challenge(),
            Some(r#"Bearer realm="a\"b\\cSet-Cookie: x""#)
        );
    }

    #[test]
    fn step_up_names_what_is_wanted() {
        let denial = Denial::StepUp {
            acr: vec!["gold", "silver"],
            max_age: Some(900),
        };
        let rejection = Rejection::denied("app", &denial);
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
