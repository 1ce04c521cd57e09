//! The error response of an application, in the forms of oidc-guard and of py-oidc-auth.

use std::fmt;

use oidc_runtime::for_client::{Secret, object};
use serde_json::{Map, Value};

use crate::text::{error_code, printable, repeats};

/// Codes that are decided by, and so no secrets, whatever they look like (RFC 6749 §5.2, RFC 8628 §3.5,
/// OpenID Connect Core §3.1.2.6).
const REGISTERED: [&str; 13] = [
    "access_denied",
    "authorization_pending",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "login_required",
    "slow_down",
    "unauthorized_client",
    "unsupported_grant_type",
];
/// How deep the members of an error are looked for: below `detail`, and in the text of it.
const DEPTH: usize = 3;

/// An error response: its status, its code and a sentence, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    status: u16,
    code: Option<String>,
    description: Option<String>,
    /// Whether there was a description, be it shown or not.
    pub(crate) is_described: bool,
}

impl Refusal {
    /// What the body says, without texts that contain one of these secrets.
    pub(crate) fn new(status: u16, json: Option<&[u8]>, secrets: &[Secret]) -> Self {
        let mut refusal = Self {
            status,
            code: None,
            description: None,
            is_described: false,
        };
        if let Some(members) = json.and_then(object) {
            refusal.read(&members, secrets, DEPTH);
        }
        refusal
    }

    pub(crate) fn of(status: u16, code: &str) -> Self {
        Self {
            status,
            code: error_code(code).map(str::to_owned),
            description: None,
            is_described: false,
        }
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The code of RFC 6749 §5.2, 6750 §3.1 or 8628 §3.5, such as `invalid_grant`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// A sentence for people, without control characters and at most 200 characters long.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The innermost members win: they are what the provider said.
    fn read(&mut self, members: &Map<String, Value>, secrets: &[Secret], depth: usize) {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let code = text("error").and_then(error_code);
        let is_shown = |code: &&str| REGISTERED.contains(code) || !repeats_any(code, secrets);
        if let Some(code) = code.filter(is_shown) {
            self.code = Some(code.to_owned());
        }
        if let Some(description) = text("error_description") {
            self.describe(description, secrets);
        }
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        match members.get("detail") {
            Some(Value::Object(inner)) => self.read(inner, secrets, depth),
            Some(Value::String(detail)) => {
                if self.description.is_none() {
                    self.describe(detail, secrets);
                }
                if let Some(inner) = embedded(detail) {
                    self.read(&inner, secrets, depth);
                }
            }
            _ => {}
        }
    }

    fn describe(&mut self, text: &str, secrets: &[Secret]) {
        let text = printable(text);
        self.is_described |= !text.is_empty();
        if !text.is_empty() && !repeats_any(&text, secrets) {
            self.description = Some(text);
        }
    }
}

fn repeats_any(text: &str, secrets: &[Secret]) -> bool {
    secrets.iter().any(|secret| repeats(text, secret.expose()))
}

/// The provider's error inside a sentence: py-oidc-auth passes it on as text.
fn embedded(detail: &str) -> Option<Map<String, Value>> {
    object(detail.get(detail.find('{')?..)?.trim_end().as_bytes())
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.description) {
            (Some(code), Some(description)) if !description.contains(code) => {
                write!(f, "{description} ({code})")
            }
            (_, Some(description)) => f.write_str(description),
            (Some(code), None) => f.write_str(code),
            (None, None) => write!(f, "status {}", self.status),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let cases: [(&str, Option<&str>, &str); 9] = [
            (
                r#"{"error":"slow_down","error_description":"wait","detail":"wait"}"#,
                Some("slow_down"),
                "wait (slow_down)",
            ),
            (
                r#"{"detail":{"error":"access_denied","error_description":"no"}}"#,
                Some("access_denied"),
                "no (access_denied)",
            ),
            (
                r#"{"detail":"Upstream: {\"error\":\"invalid_grant\",\"error_description\":\"gone\"}"}"#,
                Some("invalid_grant"),
                "gone (invalid_grant)",
            ),
            (
                r#"{"detail":"Upstream: {\"error\":\"authorization_pending\"}"}"#,
                Some("authorization_pending"),
                "Upstream: {\"error\":\"authorization_pending\"}",
            ),
            (r#"{"detail":"Missing code"}"#, None, "Missing code"),
            (r#"{"detail":[{"msg":"x"}]}"#, None, "status 400"),
            (r#"{"error":"\u001b[2J"}"#, None, "status 400"),
            (r#"{"error":"a","error":"b"}"#, None, "status 400"),
            ("<html>", None, "status 400"),
        ];
        for (body, code, shown) in cases {
            let refusal = Refusal::new(400, Some(body.as_bytes()), &[]);
            assert_eq!(refusal.code(), code, "{body}");
            assert_eq!(refusal.to_string(), shown, "{body}");
        }
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let secrets = ["a", "r/s3cret+text=3", "authorization-4f3c9a8b7e6d"].map(Secret::new);
        let cases = [
            (
                r#"{"error":"invalid_grant","error_description":"r/s3cret+text=3 is over"}"#,
                "invalid_grant",
            ),
            (
                r#"{"error":"invalid_grant","detail":"no r\/\u0073\u0033cret+text"}"#,
                "invalid_grant",
            ),
            (r#"{"error":"s3crettext3","detail":"gone"}"#, "gone"),
            (
                r#"{"detail":"Upstream: {\"error\":\"slow_down\",\"token\":\"r/s3cret+text=3\"}"}"#,
                "slow_down",
            ),
            (
                r#"{"error":"authorization_pending"}"#,
                "authorization_pending",
            ),
        ];
        for (body, shown) in cases {
            let refusal = Refusal::new(400, Some(body.as_bytes()), &secrets);
            assert_eq!(refusal.to_string(), shown, "{body}");
        }
        let hidden = br#"{"detail":"r/s3cret+text=3 is over"}"#;
        let hidden = Refusal::new(401, Some(hidden), &secrets);
        assert!(hidden.is_described && hidden.description().is_none());
    }

    #[test]
    fn nesting_has_an_end() {
        let mut body = r#"{"error":"deep"}"#.to_owned();
        for _ in 0..50 {
            body = format!(r#"{{"detail":{body}}}"#);
        }
        assert_eq!(Refusal::new(400, Some(body.as_bytes()), &[]).code(), None);
    }
}
