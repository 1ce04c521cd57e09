//! The form of access tokens.

use serde::Deserialize;

/// What an access token is to those who see it.
///
/// ```
/// use oidc_devidp::{AccessTokens, Client};
///
/// let client = Client::new("shop").access_tokens(AccessTokens::Opaque);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AccessTokens {
    /// In TOML `"jwt"`, the default: a signed JWT (RFC 9068), which resource servers verify themselves.
    #[default]
    Jwt,
    /// In TOML `"opaque"`: a random text, which resource servers ask the introspection endpoint about
    /// (RFC 7662).
    Opaque,
}
