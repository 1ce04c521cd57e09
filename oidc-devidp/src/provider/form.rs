//! The forms that clients send (RFC 6749 §3.2).

use axum::body::Bytes;
use axum::http::{HeaderMap, header};

use super::oauth_error::OAuthError;
use super::params::Params;

/// The parameters of a form in the encoding of RFC 6749 §3.2.
pub(super) fn form(headers: &HeaderMap, body: &Bytes) -> Result<Params, OAuthError> {
    if media_type(headers).as_deref() != Some("application/x-www-form-urlencoded") {
        let text = "the body must be application/x-www-form-urlencoded";
        return Err(OAuthError::invalid_request(text));
    }
    let params = Params::parse(body);
    match params.repeated() {
        Some(name) => Err(OAuthError::repeated(name)),
        None => Ok(params),
    }
}

/// The media type of a body in lower case, without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = content_type.split(';').next()?;
    Some(essence.trim().to_ascii_lowercase())
}

pub(super) fn required<'a>(params: &'a Params, name: &str) -> Result<&'a str, OAuthError> {
    let missing = || OAuthError::invalid_request(format!("{name} is missing"));
    params.get(name).ok_or_else(missing)
}
