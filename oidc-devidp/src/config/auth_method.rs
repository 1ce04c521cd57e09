//! How clients authenticate.

use serde::{Deserialize, Serialize};

/// How a client authenticates at the endpoints for tokens, devices, revocation and introspection
/// (OpenID Connect Core §9).
///
/// ```
/// use oidc_devidp::{AuthMethod, Client};
///
/// let client = Client::new("shop").secret("s3cret").auth_method(AuthMethod::ClientSecretPost);
/// assert_eq!(AuthMethod::ClientSecretPost.name(), "client_secret_post");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AuthMethod {
    /// In TOML `"client_secret_basic"`: the secret is in the `Authorization` header (RFC 6749 §2.3.1).
    ClientSecretBasic,
    /// In TOML `"client_secret_post"`: the secret is in the form (RFC 6749 §2.3.1).
    ClientSecretPost,
    /// In TOML `"private_key_jwt"`: the client signs an assertion with its private key (RFC 7523).
    PrivateKeyJwt,
    /// In TOML `"none"`: the client is public, and only names itself.
    None,
}

impl AuthMethod {
    /// Every method.
    pub const ALL: [Self; 4] = [
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::PrivateKeyJwt,
        Self::None,
    ];

    /// Its name in metadata (RFC 8414 §2).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }
}
