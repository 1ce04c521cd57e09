//! The content of an error response.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

/// Why a request is rejected, and the content of the response. It contains no secrets.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The reason code for logs and metrics, which never changes.
    pub(crate) code: &'static str,
    /// The error code of RFC 6749, 6750 or 9470; `None` if the request has no credentials (RFC 6750
    /// §3.1).
    pub(crate) error: Option<Cow<'static, str>>,
    pub(crate) description: Cow<'static, str>,
    /// The scopes that the challenge asks for.
    pub(crate) scopes: Vec<Cow<'static, str>>,
    pub(crate) challenge: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// The methods that are allowed.
    pub(crate) allow: Option<&'static str>,
    /// The request is rejected even where credentials are optional.
    pub(crate) is_unconditional: bool,
    /// The authentication that would do (RFC 9470 §3).
    pub(crate) step_up: Option<StepUp>,
    /// What a browser gets, or a script in it.
    pub(crate) browser: Option<Browser>,
}

/// A required authentication.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "sessions"),
    expect(dead_code, reason = "only browsers with sessions need it")
)]
pub(crate) struct StepUp {
    /// Separated by spaces; empty if any will do.
    pub(crate) acr_values: String,
    /// In seconds.
    pub(crate) max_age: Option<u64>,
}

/// The response to a browser of an application with sessions.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "sessions"),
    expect(dead_code, reason = "only browsers with sessions need it")
)]
pub(crate) enum Browser {
    /// Somewhere else: to sign in, or to the application's own error page.
    Redirect(String),
    /// An error page.
    Page {
        /// Where its link leads; empty for the same address.
        again: String,
    },
    /// For a script: where the user can sign in.
    Login {
        url: String,
        /// htmx redirects the page there.
        is_htmx: bool,
    },
}

impl fmt::Debug for Browser {
    /// Without addresses, which contain the query of the user's page.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect(_) => "Redirect",
            Self::Page { .. } => "Page",
            Self::Login { .. } => "Login",
        })
    }
}

/// The default body.
#[derive(Serialize)]
struct Body<'a> {
    detail: &'a str,
    error: Option<&'a str>,
    error_description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<&'a str>,
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
            scopes: Vec::new(),
            challenge: None,
            retry_after: None,
            allow: None,
            is_unconditional: false,
            step_up: None,
            browser: None,
        }
    }

    /// Whether it needs the operator's attention. `keys_not_due` does not, because any client can
    /// cause it.
    pub(crate) fn is_failure(&self) -> bool {
        self.status >= 500 && self.code != "keys_not_due"
    }

    /// The default body (`detail` for clients of py-oidc-auth, the rest by RFC 6749 §5.2).
    pub(super) fn json(&self) -> String {
        let body = Body {
            detail: &self.description,
            error: self.error.as_deref(),
            error_description: &self.description,
            login: match &self.browser {
                Some(Browser::Login { url, .. }) => Some(url),
                _ => None,
            },
        };
        // Strings always serialize.
        serde_json::to_string(&body).unwrap_or_default()
    }
}
