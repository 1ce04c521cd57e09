//! Error responses (RFC 6749 §5.2).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An error response (RFC 6749 §5.2), or the error part of an authorization response.
#[derive(Debug)]
pub(crate) struct OAuthError {
    pub(crate) error: &'static str,
    pub(crate) description: String,
    status: StatusCode,
    challenge: Option<&'static str>,
}

impl OAuthError {
    pub(crate) fn new(error: &'static str, description: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self {
            error,
            description: description.into(),
            status,
            challenge: None,
        }
    }

    pub(crate) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    pub(crate) fn invalid_grant(description: impl Into<String>) -> Self {
        Self::new("invalid_grant", description)
    }

    pub(crate) fn unauthorized_client() -> Self {
        let text = "the client did not register for this grant type";
        Self::new("unauthorized_client", text)
    }

    /// RFC 6749 §5.2: 401, and a challenge if the client tried HTTP authentication.
    pub(crate) fn invalid_client(description: impl Into<String>, over_http: bool) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            challenge: over_http.then_some(r#"Basic realm="oidc-devidp", charset="UTF-8""#),
            ..Self::new("invalid_client", description)
        }
    }

    pub(crate) fn repeated(name: &str) -> Self {
        Self::invalid_request(format!("parameter `{}` is repeated", printable(name)))
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = no_store((self.status, Json(body)));
        if let Some(challenge) = self.challenge {
            let value = HeaderValue::from_static(challenge);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

/// Keeps a response out of caches (RFC 6749 §5.1).
pub(crate) fn no_store(response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

/// What RFC 6749 permits in an `error_description`, and not too much of it.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_ascii_alphanumeric() || "_-.".contains(*character))
        .take(40)
        .collect()
}
