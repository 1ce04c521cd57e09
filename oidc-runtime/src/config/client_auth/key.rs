//! The private key of the application.

use std::fs;
use std::path::PathBuf;

use crate::client_auth::ClientKeyPair;
use crate::secret::Secret;

/// The private key of the application, for [`ClientAuth::key`](crate::ClientAuth::key): an unencrypted
/// PKCS#8 key in PEM. Its `Debug` form is redacted.
///
/// | key | signs with |
/// |---|---|
/// | P-256 | ES256 |
/// | Ed25519 | `EdDSA` |
/// | RSA, 2048 to 8192 bits | PS256, or RS256 if the provider's `token_endpoint_auth_signing_alg_values_supported` lacks PS256 |
///
/// `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out client.pem` makes one.
#[derive(Clone, Debug)]
#[must_use = "a key does nothing until it is passed to `ClientAuth::key`"]
pub struct ClientKey {
    source: Source,
    pub(super) id: Option<String>,
}

#[derive(Clone, Debug)]
enum Source {
    Pem(Secret),
    File(PathBuf),
}

impl ClientKey {
    /// The key as PEM text. [`build`](crate::OidcBuilder::build) reports what is wrong with it.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let key = oidc::ClientKey::pem(std::env::var("CLIENT_KEY")?);
    /// # Ok(()) }
    /// ```
    pub fn pem(pem: impl Into<String>) -> Self {
        Self::of(Source::Pem(Secret::new(pem)))
    }

    /// The key in a file, which [`build`](crate::OidcBuilder::build) reads once, and reports what is
    /// wrong with it.
    ///
    /// ```
    /// use oidc::{ClientAuth, ClientKey, Oidc};
    ///
    /// let key = ClientKey::file("/nowhere/client.pem");
    /// let builder = Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .client_auth(ClientAuth::key(key));
    /// let error = builder.build().unwrap_err();
    /// assert!(error.to_string().contains("`/nowhere/client.pem`"));
    /// ```
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::of(Source::File(path.into()))
    }

    /// The `kid` of the key (RFC 7515 §4.1.4), by which the provider finds its public half. Default:
    /// none.
    ///
    /// ```no_run
    /// let key = oidc::ClientKey::file("/run/secrets/client.pem").id("2026-01");
    /// ```
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    const fn of(source: Source) -> Self {
        Self { source, id: None }
    }

    /// Reads the key; the error names the file, and nothing of its content.
    pub(super) fn load(self) -> Result<ClientKeyPair, String> {
        if self.id.as_deref() == Some("") {
            return Err("has an empty id".to_owned());
        }
        match self.source {
            Source::Pem(pem) => {
                ClientKeyPair::from_pem(pem.expose(), self.id).map_err(str::to_owned)
            }
            Source::File(path) => {
                let named = |problem: &str| format!("in `{}` {problem}", path.display());
                let pem = fs::read_to_string(&path)
                    .map_err(|error| named(&format!("cannot be read: {error}")))?;
                ClientKeyPair::from_pem(&pem, self.id).map_err(named)
            }
        }
    }
}
