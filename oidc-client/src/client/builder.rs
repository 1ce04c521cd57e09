//! The settings of a client.

use std::sync::Arc;
use std::time::Duration;

use oidc_runtime::for_client::root_certificates;

use super::refresh::Refresh;
use super::{Client, Inner};
use crate::clock::{Clock, SharedClock};
use crate::environment::Environment;
use crate::error::Error;
use crate::flow::{CodeFlow, DeviceFlow};
use crate::http::Http;
use crate::keeper::Keeper;
use crate::routes::Routes;
use crate::server::{Server, is_loopback};
use crate::store::{StoreError, TokenStore};

/// For one request.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The settings of a [`Client`].
#[derive(Debug)]
#[must_use = "it does nothing until `build` is called"]
pub struct ClientBuilder {
    address: String,
    routes: Routes,
    allows_http: bool,
    timeout: Duration,
    root_certificates: Vec<Vec<u8>>,
    store: Option<Arc<dyn TokenStore>>,
    clock: SharedClock,
    environment: Option<Environment>,
    code_flow: CodeFlow,
    device_flow: DeviceFlow,
}

impl ClientBuilder {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            routes: Routes::default(),
            allows_http: false,
            timeout: TIMEOUT,
            root_certificates: Vec::new(),
            store: None,
            clock: SharedClock::default(),
            environment: None,
            code_flow: CodeFlow::new(),
            device_flow: DeviceFlow::new(),
        }
    }

    /// Where the sign-in endpoints are below the address. Default: [`Routes::default`].
    pub fn routes(mut self, routes: Routes) -> Self {
        self.routes = routes;
        self
    }

    /// Accepts plain `http` for hosts other than the loopback interface: whoever is on the way can read
    /// and use the tokens.
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

    /// Where tokens are kept. Default: the [files](crate::FileStore) of this user, or with the feature
    /// `keyring` the keyring of the operating system.
    pub fn store(mut self, store: impl TokenStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// The source of the time. Default: the clock of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = SharedClock::new(clock);
        self
    }

    /// Where the program runs, for [`Client::authenticate`]. Default: [`Environment::detect`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// How [`Client::authenticate`] signs in with a browser on this machine.
    pub fn code_flow(mut self, flow: CodeFlow) -> Self {
        self.code_flow = flow;
        self
    }

    /// How [`Client::authenticate`] signs in on another device.
    pub fn device_flow(mut self, flow: DeviceFlow) -> Self {
        self.device_flow = flow;
        self
    }

    /// Checks the settings.
    pub fn build(self) -> Result<Client, Error> {
        let server = Server::new(&self.address, &self.routes, self.allows_http)?;
        let certificates = certificates(&self.root_certificates)?;
        // A proxy sees nothing of https but the name of the host; of http, everything.
        let proxies = server.url().scheme() == "https" && !is_loopback(server.url());
        let store = match self.store {
            Some(store) => store,
            None => default_store()?,
        };
        let key = server.address().to_owned();
        let http = Http::new(self.timeout, certificates, proxies)?;
        let refresh = Refresh {
            server: server.clone(),
            http: http.clone(),
            clock: self.clock.clone(),
        };
        Ok(Client(Arc::new(Inner {
            http,
            keeper: Keeper::new(store, key, self.clock.clone(), refresh),
            server,
            clock: self.clock,
            environment: self.environment,
            code_flow: self.code_flow,
            device_flow: self.device_flow,
        })))
    }
}

pub(crate) fn certificates(pem: &[Vec<u8>]) -> Result<Vec<reqwest::Certificate>, Error> {
    let mut all = Vec::new();
    for pem in pem {
        let certificates = root_certificates(pem);
        let invalid = |problem| Error::settings(format!("the root certificates: {problem}"));
        all.extend(certificates.map_err(invalid)?);
    }
    Ok(all)
}

#[cfg(feature = "keyring")]
type DefaultStore = crate::store::KeyringStore;
#[cfg(not(feature = "keyring"))]
type DefaultStore = crate::store::FileStore;

fn default_store() -> Result<Arc<dyn TokenStore>, Error> {
    match DefaultStore::new() {
        Ok(store) => Ok(Arc::new(store)),
        Err(StoreError::NoDirectory) => Ok(Arc::new(crate::store::Nowhere)),
        Err(error) => Err(error.into()),
    }
}
