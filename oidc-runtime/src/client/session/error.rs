//! Why something could not be done with a session.

use std::fmt;

use crate::answer::Rejection;

/// Why something could not be done with a session. A handler may return it: it is a response on both
/// frameworks.
#[non_exhaustive]
pub enum SessionError {
    /// The session has ended, perhaps since this request began: 401, and where to sign in again.
    Ended(Rejection),
    /// The data does not fit, or the session would not fit into its cookie: 500.
    TooLarge,
    /// The store or the provider does not respond: 503.
    Unavailable,
    /// The application's value cannot be written or read as JSON: 500.
    Data(serde_json::Error),
}

impl SessionError {
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Ended(rejection) => rejection.status(),
            Self::Unavailable => 503,
            Self::TooLarge | Self::Data(_) => 500,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Ended(rejection) => rejection.code(),
            Self::TooLarge => "session_too_large",
            Self::Unavailable => "session_unavailable",
            Self::Data(_) => "session_data_unfit",
        }
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ended(_) => "the session has ended",
            Self::TooLarge => "the session is too large",
            Self::Unavailable => "the session is not available at the moment",
            Self::Data(_) => "the data of the session cannot be read or written",
        })
    }
}

impl fmt::Debug for SessionError {
    /// Without the application's data, which errors of JSON quote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionError({})", self.code())
    }
}

impl std::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Data(error) => Some(error),
            _ => None,
        }
    }
}

impl From<serde_json::Error> for SessionError {
    fn from(error: serde_json::Error) -> Self {
        Self::Data(error)
    }
}
