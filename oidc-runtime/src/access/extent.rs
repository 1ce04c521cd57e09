//! How much a route serves.

use serde::{Deserialize, Serialize};

/// Which of the requests at or below its path a route is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Extent {
    /// Those whose path matches.
    #[default]
    Pattern,
    /// Those whose path starts like this: the last parameter may match nothing, not even a slash.
    Prefix,
    /// Those below the path that no other route serves.
    Fallback,
}

impl Extent {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands over a reference"
    )]
    pub(super) fn is_pattern(&self) -> bool {
        *self == Self::Pattern
    }
}
