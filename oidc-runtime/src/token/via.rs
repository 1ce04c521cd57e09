//! How a user presented themselves.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the user of a request is known: by an access token in the `Authorization` header, or by the
/// cookie of a session. See [`Principal::via`](super::Principal::via) and the rule `via`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Via {
    /// An access token (RFC 6750): the caller is a program.
    Bearer,
    /// The cookie of a session: the caller is a browser.
    Session,
}

impl fmt::Display for Via {
    /// The name in the rule `via`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bearer => "bearer",
            Self::Session => "session",
        })
    }
}
