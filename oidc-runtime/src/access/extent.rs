//! Which requests a route serves.

use serde::{Deserialize, Serialize};

/// Which paths a route serves, relative to its pattern.
///
/// ```
/// use oidc::access::Extent;
/// use oidc::axum::{Router, get};
///
/// #[oidc::required]
/// async fn list() {}
///
/// #[oidc::public(reason = "error page")]
/// async fn not_found() {}
///
/// let router: Router<oidc::Oidc> = Router::new()
///     .route("/orders", get(list))
///     .fallback(not_found);
/// let routes = router.access().routes;
/// let extents: Vec<_> = routes.iter().map(|route| route.extent).collect();
/// assert_eq!(extents, [Extent::Pattern, Extent::Fallback]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Extent {
    /// Paths that match the pattern.
    #[default]
    Pattern,
    /// The path and everything below it: the last parameter may be empty, and the slash before it
    /// missing.
    Prefix,
    /// Paths below the pattern that no other route serves.
    Fallback,
}

impl Extent {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(super) fn is_pattern(&self) -> bool {
        *self == Self::Pattern
    }
}
