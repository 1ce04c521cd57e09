//! Why a request is refused, and what the client is told about it.

use std::borrow::Cow;
use std::time::Duration;

use serde::Serialize;

/// Why a request is refused, and what the client is told about it. Nothing in it is secret.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// For logs; never changes.
    pub(crate) code: &'static str,
    /// The code of RFC 6749, 6750 or 9470; none when there were no credentials (RFC 6750 §3.1).
    pub(crate) error: Option<Cow<'static, str>>,
    pub(crate) description: Cow<'static, str>,
    pub(crate) challenge: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// The only method that is allowed.
    pub(crate) allow: Option<&'static str>,
}

/// The default body.
#[derive(Serialize)]
struct Body<'a> {
    detail: &'a str,
    error: Option<&'a str>,
    error_description: &'a str,
}

impl Refusal {
    pub(crate) fn new(
        status: u16,
        code: &'static str,
        error: Option<Cow<'static, str>>,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            code,
            error,
            description: description.into(),
            challenge: None,
            retry_after: None,
            allow: None,
        }
    }

    /// Whether the operator has to do something about it. Anyone can send tokens that are
    /// [too early](super::Rejection::too_early_for_keys).
    pub(crate) fn is_failure(&self) -> bool {
        self.status >= 500 && self.code != "keys_not_due"
    }

    /// The default body (`detail` for clients of py-oidc-auth, the rest by RFC 6749 §5.2).
    pub(super) fn json(&self) -> String {
        let body = Body {
            detail: &self.description,
            error: self.error.as_deref(),
            error_description: &self.description,
        };
        // Strings always serialize.
        serde_json::to_string(&body).unwrap_or_default()
    }
}
