//! How a mistake in the configuration is reported.

use url::Url;

use crate::error::Error;

/// A configuration error when `wrong`.
pub(super) fn error_if(wrong: bool, message: impl FnOnce() -> String) -> Result<(), Error> {
    if wrong {
        Err(Error::Config(message()))
    } else {
        Ok(())
    }
}

/// The name of a provider among those of a process.
pub(super) fn check_name(name: &str, field: &str) -> Result<(), Error> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    error_if(name.is_empty() || !name.bytes().all(legal), || {
        format!("{field}: a name consists of letters, digits, `_` and `-`")
    })
}

/// The characters of RFC 6750 §2.1.
pub(super) fn check_token(text: &str, field: &str) -> Result<(), Error> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    error_if(!text.bytes().all(legal), || {
        format!("{field} must consist of letters, digits and `-._~+/`")
    })
}

/// RFC 6749 §3.3.
pub(super) fn check_scopes(scopes: &[String]) -> Result<(), Error> {
    for (index, scope) in scopes.iter().enumerate() {
        error_if(!is_scope(scope), || {
            format!(
                "scopes[{index}] must be one scope: printable ASCII without space, `\"` and `\\`"
            )
        })?;
    }
    Ok(())
}

/// Whether this is one scope, in the characters of RFC 6749 §3.3.
pub(crate) fn is_scope(text: &str) -> bool {
    let legal = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    !text.is_empty() && text.bytes().all(legal)
}

pub(super) fn check_resources(resources: &[String]) -> Result<(), Error> {
    for (index, resource) in resources.iter().enumerate() {
        error_if(!is_resource(resource), || {
            format!("resources[{index}] must be an absolute URI without a fragment")
        })?;
    }
    Ok(())
}

/// Whether this can be a resource (RFC 8707 §2).
pub(crate) fn is_resource(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.fragment().is_none())
}

/// `acr_values` of a request is a list of them, separated by spaces.
pub(super) fn check_acr_values(values: &[String], field: &str) -> Result<(), Error> {
    for (index, value) in values.iter().enumerate() {
        error_if(value.is_empty() || value.contains(' '), || {
            format!("{field}[{index}] must be one value, without spaces")
        })?;
    }
    Ok(())
}
