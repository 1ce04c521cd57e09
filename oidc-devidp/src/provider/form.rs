//! The forms that clients send (RFC 6749 §3.2).

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

use super::oauth_error::OAuthError;
use super::params::Params;

/// The parameters of a form in the encoding of RFC 6749 §3.2.
pub(super) fn form(headers: &HeaderMap, body: &Bytes) -> Result<Params, OAuthError> {
    if !has_type(headers, "application/x-www-form-urlencoded") {
        let text = "the body must be application/x-www-form-urlencoded";
        return Err(OAuthError::invalid_request(text));
    }
    let params = Params::parse(body);
    match params.repeated() {
        Some(name) => Err(OAuthError::repeated(name)),
        None => Ok(params),
    }
}

/// Whether the body has a media type, whatever its parameters.
pub(super) fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}

pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, OAuthError> {
    let missing = || OAuthError::invalid_request(format!("{name} is missing"));
    params.get(name).ok_or_else(missing)
}
