//! What can go wrong.

use std::fmt;

use crate::http::Refusal;
use crate::store::StoreError;

/// Why there is no token, or no answer of the application. Its text is for people, in one line, and
/// contains no secrets.
///
/// ```
/// use oidc_client::{Client, Error};
///
/// async fn report(client: &Client) {
///     match client.token().await {
///         Ok(token) => println!("signed in, until {:?}", token.expires()),
///         Err(Error::SignInRequired(_)) => println!("sign in first"),
///         Err(error) if error.is_temporary() => println!("try again later: {error}"),
///         Err(error) => println!("{error}"),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// A setting is not valid; the text says which one, and what to write.
    Settings(String),
    /// Somebody has to sign in, and nobody can be asked here.
    SignInRequired(Reason),
    /// The user, or the provider on behalf of somebody else, declined.
    AccessDenied,
    /// Nobody completed the sign-in in time.
    TimedOut,
    /// The application, or its provider, has no device flow (RFC 8628).
    NoDeviceFlow,
    /// All the ports for the answer of the browser are taken.
    NoFreePort(Vec<u16>),
    /// The application, or the provider of a service account, refused the request.
    Refused(Refusal),
    /// The application or its provider does not respond; it may do so later.
    Unavailable(String),
    /// The response of the application must not be trusted, or is of no use.
    Unusable(String),
    /// Tokens cannot be read, or must not be.
    Store(StoreError),
}

/// Why somebody has to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is no token.
    NoToken,
    /// The token has expired, and there is no refresh token.
    Expired,
    /// The refresh token is no longer accepted.
    Ended,
}

impl Error {
    pub(crate) fn settings(problem: impl Into<String>) -> Self {
        Self::Settings(problem.into())
    }

    pub(crate) fn unusable(problem: impl Into<String>) -> Self {
        Self::Unusable(problem.into())
    }

    /// Whether the same call may succeed a moment later, without anybody changing anything.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInRequired(reason) => write!(f, "sign in first: {reason}"),
            Self::AccessDenied => f.write_str("access was denied"),
            Self::TimedOut => f.write_str("nobody signed in in time"),
            Self::NoDeviceFlow => {
                f.write_str("the application has no device flow, or its address is another one")
            }
            Self::NoFreePort(tried) => write!(
                f,
                "none of the ports {} is free, on which the browser would answer: end the program \
                 that uses them, or choose others",
                list(tried)
            ),
            Self::Refused(refusal) => write!(f, "the request was refused: {refusal}"),
            Self::Settings(problem) | Self::Unavailable(problem) | Self::Unusable(problem) => {
                f.write_str(problem)
            }
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoToken => "there is no token for this application",
            Self::Expired => "the token has expired, and there is no refresh token",
            Self::Ended => "the application no longer accepts the refresh token",
        })
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn list(ports: &[u16]) -> String {
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    ports.join(", ")
}
