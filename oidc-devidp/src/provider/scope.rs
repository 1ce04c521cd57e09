//! The scopes a client requests and gets (RFC 6749 §3.3).

use super::oauth_error::OAuthError;
use super::params::Params;
use crate::config::{Client, Config, is_scope};

/// The scopes a request names, in the characters of RFC 6749 §3.3.
pub(super) fn parse(params: &Params) -> Result<Vec<String>, OAuthError> {
    let scopes = params.list("scope");
    if scopes.iter().all(|scope| is_scope(scope)) {
        Ok(scopes)
    } else {
        Err(OAuthError::new(
            "invalid_scope",
            "scope has characters that are not allowed",
        ))
    }
}

/// The requested scopes that the client may get; the response lists them (RFC 6749 §3.3).
pub(super) fn granted(config: &Config, client: &Client, requested: &[String]) -> Vec<String> {
    let allowed = client.scopes.as_ref();
    let may = |scope: &&String| {
        allowed.is_none_or(|allowed| allowed.contains(scope)) && config.grants_scope(scope)
    };
    requested.iter().filter(may).cloned().collect()
}
