//! What the cookie of a request stands for.

use std::sync::Arc;

use super::cookies::Presented;
use super::keys::Unsealable;
use super::live::LiveSession;

/// Why a cookie is no session. The code is for logs and metrics, and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dead {
    Idle,
    Ended,
    /// The store does not know it.
    Unknown,
    Foreign,
    Version,
    Malformed,
    Duplicate,
}

impl Dead {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Idle => "session_idle",
            Self::Ended => "session_ended",
            Self::Unknown => "session_unknown",
            Self::Foreign => "session_foreign",
            Self::Version => "session_version",
            Self::Malformed => "session_malformed",
            Self::Duplicate => "session_duplicate",
        }
    }
}

impl From<Unsealable> for Dead {
    fn from(problem: Unsealable) -> Self {
        match problem {
            Unsealable::Malformed => Self::Malformed,
            Unsealable::Version => Self::Version,
            Unsealable::Foreign => Self::Foreign,
        }
    }
}

/// What the cookie of a request stands for, as far as this process knows.
pub(crate) enum Sighting<'r> {
    /// There is no session cookie.
    None,
    Live(Arc<LiveSession>, Presented<'r>),
    Dead(Dead),
    /// The store has to be asked.
    Stored(Presented<'r>),
}

/// Whether a session that was read is still alive, in its newest form.
pub(crate) enum Verdict {
    Live(Arc<LiveSession>),
    Dead(Dead),
}
