//! What can go wrong with the provider.

use std::fmt;

use crate::http::HttpError;

/// Why nothing is known about the provider, or nothing new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ProviderErrorKind {
    Discovery(HttpError),
    Keys(HttpError),
    /// The discovery document is not usable.
    Document(&'static str),
    /// An address in the discovery document is not allowed.
    Address {
        name: &'static str,
        problem: &'static str,
    },
    /// The discovery document names another issuer.
    IssuerMismatch {
        found: String,
    },
    /// The key set is not one, or has no usable key.
    NoUsableKeys,
}

impl fmt::Display for ProviderErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discovery(error) => write!(f, "no discovery document: {error}"),
            Self::Keys(error) => write!(f, "no key set: {error}"),
            Self::Document(problem) => write!(f, "the discovery document is unusable: {problem}"),
            Self::Address { name, problem } => {
                write!(f, "the discovery document is unusable: `{name}` {problem}")
            }
            Self::IssuerMismatch { found } => write!(
                f,
                "the discovery document is of another issuer, {found:?}; if that is the right \
                 one, configure it as `issuer`"
            ),
            Self::NoUsableKeys => f.write_str("the key set has no key of use"),
        }
    }
}

/// The provider could not be asked, or its answer was of no use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderError(pub(crate) ProviderErrorKind);

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the provider is unavailable: {}", self.0)
    }
}

impl std::error::Error for ProviderError {}
