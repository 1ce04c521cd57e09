//! Why the provider's metadata or keys are not available.

use std::error::Error;
use std::fmt;

use crate::http::HttpError;

/// Why metadata and keys could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProviderErrorKind {
    Discovery(HttpError),
    Keys(HttpError),
    /// The discovery document is unusable.
    Document(&'static str),
    /// A URL in the discovery document is not allowed.
    Address {
        name: &'static str,
        problem: &'static str,
    },
    /// The discovery document names another issuer.
    IssuerMismatch {
        found: String,
    },
    /// The discovery document speaks for many tenants, but one issuer is expected.
    Template {
        found: String,
    },
    /// The discovery document does not speak for many tenants, or for those of another host.
    NoTemplate {
        found: String,
    },
    /// The key set is malformed or contains no usable key.
    NoUsableKeys,
}

impl fmt::Display for ProviderErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discovery(error) => write!(f, "could not fetch the discovery document: {error}"),
            Self::Keys(error) => write!(f, "could not fetch the key set: {error}"),
            Self::Document(problem) => write!(f, "the discovery document is unusable: {problem}"),
            Self::Address { name, problem } => {
                write!(f, "the discovery document is unusable: `{name}` {problem}")
            }
            Self::IssuerMismatch { found } => write!(
                f,
                "the discovery document names issuer {found:?}; if that is intended, set `issuer`"
            ),
            Self::Template { found } => write!(
                f,
                "the discovery document is a template for the issuers of many tenants, {found:?}: \
                 name the tenant in the discovery URL, or trust it with `Issuer::template`"
            ),
            Self::NoTemplate { found } => write!(
                f,
                "the discovery document is no template: its issuer {found:?} has no `{{tenantid}}`, \
                 or another host"
            ),
            Self::NoUsableKeys => f.write_str("the key set contains no usable key"),
        }
    }
}

/// The provider's metadata and keys are not available: it could not be reached, or its discovery
/// document or key set is unusable. Returned by [`Oidc::discover`](crate::Oidc::discover), and in
/// [`Health::last_error`](crate::Health::last_error).
///
/// The message is one line for the log and includes that of its [`source`](Error::source), which is
/// the failed HTTP request, if that is the reason. It contains no secrets.
///
/// ```
/// use oidc::{Oidc, ProviderError};
///
/// async fn start(oidc: &Oidc) -> Result<(), ProviderError> {
///     oidc.discover().await.inspect_err(|error| eprintln!("not starting: {error}"))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderError(pub(crate) ProviderErrorKind);

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the provider is unavailable: {}", self.0)
    }
}

impl Error for ProviderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            ProviderErrorKind::Discovery(error) | ProviderErrorKind::Keys(error) => Some(error),
            ProviderErrorKind::Document(_)
            | ProviderErrorKind::Address { .. }
            | ProviderErrorKind::IssuerMismatch { .. }
            | ProviderErrorKind::Template { .. }
            | ProviderErrorKind::NoTemplate { .. }
            | ProviderErrorKind::NoUsableKeys => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_failed_request_is_the_source() {
        let error = ProviderError(ProviderErrorKind::Keys(HttpError::Timeout));
        let message = "could not fetch the key set: no response within the timeout";
        assert_eq!(
            error.to_string(),
            format!("the provider is unavailable: {message}")
        );
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("no response within the timeout"));
        assert!(
            ProviderError(ProviderErrorKind::NoUsableKeys)
                .source()
                .is_none()
        );
    }
}
