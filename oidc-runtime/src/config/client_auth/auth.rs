//! The methods of client authentication, as the application chooses them.

use std::error::Error;
use std::path::PathBuf;

use super::key::ClientKey;
use crate::client_auth::{AssertionSource, SecretMethod};

/// How the application authenticates to its provider (RFC 6749 §2.3), for
/// [`OidcBuilder::client_auth`](crate::OidcBuilder::client_auth): at the token endpoint and at every
/// other one that expects the client itself.
///
/// | method | in discovery documents |
/// |---|---|
/// | [`basic`](Self::basic) | `client_secret_basic` |
/// | [`post`](Self::post) | `client_secret_post` |
/// | [`key`](Self::key), [`assertion`](Self::assertion), [`assertion_file`](Self::assertion_file) | `private_key_jwt` |
/// | [`none`](Self::none) | `none` |
#[derive(Clone, Debug)]
#[must_use = "it does nothing until it is passed to `OidcBuilder::client_auth`"]
pub struct ClientAuth(pub(super) Kind);

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Secret(SecretMethod),
    Key(ClientKey),
    Assertion(AssertionSource),
    None,
}

impl ClientAuth {
    /// The [secret](crate::OidcBuilder::client_secret) with HTTP Basic (RFC 6749 §2.3.1), even if the
    /// provider does not offer it.
    pub const fn basic() -> Self {
        Self(Kind::Secret(SecretMethod::Basic))
    }

    /// The [secret](crate::OidcBuilder::client_secret) as `client_secret` in the form (RFC 6749
    /// §2.3.1), even if the provider does not offer it.
    ///
    /// ```
    /// use oidc::ClientAuth;
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_secret("s3cret")
    ///     .client_auth(ClientAuth::post())
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub const fn post() -> Self {
        Self(Kind::Secret(SecretMethod::Post))
    }

    /// Nothing but `client_id` in the form, also if there is a secret: a public client.
    pub const fn none() -> Self {
        Self(Kind::None)
    }

    /// An assertion for each request, signed with this key (RFC 7523 §2.2): valid for 60 seconds, and
    /// never used twice. It takes the place of a [secret](crate::OidcBuilder::client_secret), which
    /// must not be set.
    ///
    /// A key is never replaced by another method, whatever the provider offers.
    ///
    /// ```no_run
    /// use oidc::{ClientAuth, ClientKey};
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let key = ClientKey::file("/run/secrets/client.pem").id("2026-01");
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_auth(ClientAuth::key(key))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub const fn key(key: ClientKey) -> Self {
        Self(Kind::Key(key))
    }

    /// Assertions (RFC 7523 §2.2) that this function obtains elsewhere, such as from a key management
    /// service. It is called for each request to the provider, so it should keep what remains valid.
    ///
    /// If it fails, returns nothing but white space, or takes longer than 10 seconds, the request is not
    /// sent: the response is 503, with the code `client_assertion_unavailable` in the log, where the
    /// text of the error is shown. The error must not contain the assertion.
    ///
    /// ```
    /// use oidc::ClientAuth;
    ///
    /// async fn signed_by_the_vault() -> Result<String, std::io::Error> {
    ///     Ok("header.payload.signature".to_owned())
    /// }
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_auth(ClientAuth::assertion(signed_by_the_vault))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn assertion<F, T, E>(function: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Self(Kind::Assertion(AssertionSource::function(function)))
    }

    /// Assertions (RFC 7523 §2.2) from a file that somebody else replaces, such as the token of a
    /// service account of Kubernetes. The file is read for each request to the provider, and white
    /// space around its content is removed.
    ///
    /// If it is missing, empty or not UTF-8, the request is not sent: the response is 503, with the code
    /// `client_assertion_unavailable` in the log.
    ///
    /// ```
    /// use oidc::ClientAuth;
    ///
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_auth(ClientAuth::assertion_file("/var/run/secrets/tokens/provider"))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn assertion_file(path: impl Into<PathBuf>) -> Self {
        Self(Kind::Assertion(AssertionSource::File(path.into())))
    }
}
