//! Why a provider does not start.

use std::fmt;
use std::net::IpAddr;

/// Why a provider could not be configured or started.
///
/// ```
/// use oidc_devidp::{Config, Error};
///
/// match Config::from_toml("issuer = \"https://id.example/\"") {
///     Err(Error::Config(text)) => assert!(text.starts_with("issuer")),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The configuration is wrong; the text names the field.
    Config(String),
    /// The address is not a loopback address and `insecure_allow_remote` is off.
    NotLoopback(IpAddr),
    /// The configuration file could not be read, or the address could not be bound.
    Io(String, std::io::Error),
}

impl Error {
    /// The same mistake in the table `field` of the configuration.
    pub(crate) fn at(self, field: &str) -> Self {
        match self {
            Self::Config(text) => Self::Config(format!("{field}.{text}")),
            other => other,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(message) => f.write_str(message),
            Self::NotLoopback(host) => write!(
                f,
                "`host` is {host}, which other machines can reach, and users of this provider sign in \
                 without a password; use 127.0.0.1, or set `insecure_allow_remote`",
            ),
            Self::Io(what, error) => write!(f, "{what}: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            _ => None,
        }
    }
}
