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

/// Which sign-ins bring a refresh token.
///
/// ```
/// use oidc_devidp::{Client, RefreshTokens};
///
/// let client = Client::new("shop").refresh_tokens(RefreshTokens::Always);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefreshTokens {
    /// In TOML `"offline_access"`, the default: those with the scope `offline_access`
    /// (OpenID Connect Core §11).
    #[default]
    OfflineAccess,
    /// In TOML `"always"`: all. Without `offline_access` the refresh token ends with the browser's
    /// session at the provider.
    Always,
    /// In TOML `"access_type"`: those with the parameter `access_type=offline`, and of these only
    /// the first of each user, unless `prompt=consent` asks the user again. Devices always get one.
    AccessType,
}
