//! How a client is registered to authenticate.

use super::auth_method::AuthMethod;
use super::check::error_if;
use super::client::Client;
use crate::error::Error;
use crate::keys::PublicKey;

impl Client {
    /// Adds a key that verifies the client's assertions, and makes the client confidential.
    ///
    /// ```
    /// use oidc_devidp::{Client, TestKey};
    ///
    /// let key = TestKey::ec_p256();
    /// let client = Client::new("shop").public_key(&key);
    /// assert_eq!(client.public_keys.len(), 1);
    /// ```
    #[must_use]
    pub fn public_key(mut self, key: impl Into<PublicKey>) -> Self {
        self.public_keys.push(key.into());
        self
    }

    /// Sets how the client authenticates.
    #[must_use]
    pub fn auth_method(mut self, method: AuthMethod) -> Self {
        self.token_endpoint_auth_method = Some(method);
        self
    }

    pub(crate) fn authenticates_by(&self, method: AuthMethod) -> bool {
        use AuthMethod::{ClientSecretBasic, ClientSecretPost, None as Public, PrivateKeyJwt};
        match self.token_endpoint_auth_method {
            Some(registered) => method == registered,
            None if !self.public_keys.is_empty() => method == PrivateKeyJwt,
            None if self.client_secret.is_none() => method == Public,
            None => matches!(method, ClientSecretBasic | ClientSecretPost),
        }
    }

    pub(crate) fn is_public(&self) -> bool {
        self.authenticates_by(AuthMethod::None)
    }

    pub(super) fn check_authentication(&self, field: &str) -> Result<(), Error> {
        let (secret, keys) = (self.client_secret.is_some(), !self.public_keys.is_empty());
        error_if(secret && keys, || {
            format!("{field}.public_keys and client_secret exclude each other")
        })?;
        let fits = match self.token_endpoint_auth_method {
            Some(AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost) => secret,
            Some(AuthMethod::PrivateKeyJwt) => keys,
            Some(AuthMethod::None) => !secret && !keys,
            None => true,
        };
        error_if(!fits, || {
            format!(
                "{field}.token_endpoint_auth_method fits neither client_secret nor public_keys: \
                 a method with a secret takes the first, `private_key_jwt` the second, `none` neither"
            )
        })
    }
}
