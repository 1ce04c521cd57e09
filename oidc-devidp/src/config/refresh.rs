//! What a refresh does to the refresh token.

use serde::Deserialize;

/// What becomes of a refresh token that is used (RFC 6749 §6).
///
/// ```
/// use oidc_devidp::{Client, RefreshRotation};
///
/// let client = Client::new("shop").refresh_rotation(RefreshRotation::Never);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RefreshRotation {
    /// In TOML `"strict"`, the default: a refresh returns another token and spends the used one.
    /// A spent token that comes again revokes every token of its sign-in (RFC 9700 §4.14.2), unless
    /// it comes within [`Client::refresh_reuse_grace`](crate::Client::refresh_reuse_grace).
    #[default]
    Strict,
    /// In TOML `"lenient"`: a refresh returns another token, and the used one stays valid.
    Lenient,
    /// In TOML `"never"`: a refresh returns no refresh token, and the used one stays valid.
    Never,
}
