//! The settings of a service account.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use oidc_runtime::for_client::{
    ClientAuth, ClientKey, Secret, ServiceClient, ServiceSettings, is_scope_list,
};
use serde_json::json;

use super::{Grant, ServiceAccount};
use crate::client::{TIMEOUT, certificates};
use crate::clock::{Clock, SharedClock};
use crate::error::Error;
use crate::keeper::Keeper;
use crate::store::{MemoryStore, TokenStore};

/// The settings of a [`ServiceAccount`].
#[derive(Debug)]
#[must_use = "it does nothing until `build` is called"]
pub struct ServiceAccountBuilder {
    discovery_url: String,
    client_id: String,
    secret: Option<Secret>,
    auth: Option<ClientAuth>,
    scopes: Option<String>,
    audience: Option<String>,
    resources: Vec<String>,
    allows_http: bool,
    timeout: Duration,
    root_certificates: Vec<Vec<u8>>,
    store: Option<Arc<dyn TokenStore>>,
    clock: SharedClock,
}

impl ServiceAccountBuilder {
    pub(super) fn new(discovery_url: String, client_id: String) -> Self {
        Self {
            discovery_url,
            client_id,
            secret: None,
            auth: None,
            scopes: None,
            audience: None,
            resources: Vec::new(),
            allows_http: false,
            timeout: TIMEOUT,
            root_certificates: Vec::new(),
            store: None,
            clock: SharedClock::default(),
        }
    }

    /// The secret of the account, sent with HTTP Basic or in the form, as the provider offers (RFC 6749
    /// §2.3.1).
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(Secret::new(secret));
        self
    }

    /// Sends the secret in the form, even if the provider does not offer that.
    pub fn secret_in_form(mut self) -> Self {
        self.auth = Some(ClientAuth::post());
        self
    }

    /// Instead of a secret: a private key in PEM (PKCS#8; RSA, P-256 or Ed25519), with which an assertion
    /// is signed for each request (RFC 7523 §2.2). `id` is its `kid`, if the provider needs that.
    pub fn key(mut self, pem: impl Into<String>, id: Option<&str>) -> Self {
        let key = ClientKey::pem(pem);
        self.auth = Some(ClientAuth::key(match id {
            Some(id) => key.id(id),
            None => key,
        }));
        self
    }

    /// Instead of a secret: a file with an assertion that somebody else replaces, such as the token of a
    /// service account of Kubernetes.
    pub fn assertion_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.auth = Some(ClientAuth::assertion_file(path));
        self
    }

    /// The requested scopes, separated by spaces. Default: what the provider grants by default.
    pub fn scopes(mut self, scopes: impl Into<String>) -> Self {
        self.scopes = Some(scopes.into());
        self
    }

    /// The API that the token is for, at providers that have a parameter `audience`, such as Auth0.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// The API that the token is for (RFC 8707). May be called several times.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// Accepts plain `http` for hosts other than the loopback interface: whoever is on the way can read
    /// and use the secret and the tokens.
    pub fn insecure_allow_http(mut self) -> Self {
        self.allows_http = true;
        self
    }

    /// How long one request may take in all. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Trusts these certificates, in PEM, in addition to those of the system.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Where tokens are kept. Default: in memory. With another store, programs that run one after the
    /// other need not ask the provider each time.
    pub fn store(mut self, store: impl TokenStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// The source of the time. Default: the clock of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// Checks the settings. Sends no request.
    pub fn build(self) -> Result<ServiceAccount, Error> {
        if self
            .scopes
            .as_deref()
            .is_some_and(|scopes| !is_scope_list(scopes))
        {
            return Err(Error::settings(
                "the scopes contain characters that no scope has",
            ));
        }
        let key = self.key_of_entry();
        let clock = self.clock.clone();
        let client = ServiceClient::new(ServiceSettings {
            discovery_url: self.discovery_url,
            client_id: self.client_id,
            secret: self.secret,
            auth: self.auth,
            resources: self.resources,
            timeout: self.timeout,
            root_certificates: certificates(&self.root_certificates)?,
            allow_http: self.allows_http,
            clock: move || clock.now(),
        });
        let client = client.map_err(|problem| {
            Error::settings(format!("the service account is not valid: {problem}"))
        })?;
        let store = self
            .store
            .unwrap_or_else(|| Arc::new(MemoryStore::default()));
        let grant = Grant {
            client,
            scopes: self.scopes,
            audience: self.audience,
            clock: self.clock.clone(),
        };
        Ok(ServiceAccount(Keeper::new(store, key, self.clock, grant)))
    }

    /// Tokens for different purposes are different entries.
    fn key_of_entry(&self) -> String {
        let purpose = json!([
            "service account",
            self.discovery_url,
            self.client_id,
            self.scopes,
            self.audience,
            self.resources,
        ]);
        purpose.to_string()
    }
}
