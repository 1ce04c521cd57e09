//! The state of a provider.

use std::net::SocketAddr;
use std::sync::{Mutex, OnceLock};

use url::Url;

use super::store::Store;
use crate::clock::Clock;
use crate::config::{Config, Preset};
use crate::controls::Controls;
use crate::keys::{KeyRing, TestKey};

/// What the endpoints, the server and the test kit share.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    /// The path of the issuer, without a final slash.
    pub(crate) path: String,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) keys: Mutex<KeyRing>,
    pub(crate) controls: Controls,
    pub(super) store: Mutex<Store>,
    pub(super) foreign_key: OnceLock<TestKey>,
    pub(crate) jwks_cache_control: Mutex<Option<String>>,
}

impl Provider {
    pub(crate) fn new(config: Config, address: SocketAddr) -> Self {
        let bound = || {
            let path = config.preset.map(Preset::issuer_path);
            format!("http://{address}{}", path.unwrap_or_default())
        };
        let issuer = config.issuer.clone().unwrap_or_else(bound);
        let path = Url::parse(&issuer).map(|url| url.path().trim_end_matches('/').to_owned());
        Self {
            path: path.unwrap_or_default(),
            issuer,
            address,
            clock: Clock::default(),
            keys: Mutex::new(KeyRing::new(config.algorithm)),
            controls: Controls::default(),
            store: Mutex::default(),
            foreign_key: OnceLock::new(),
            jwks_cache_control: Mutex::new(Some("public, max-age=300".to_owned())),
            config,
        }
    }

    /// What the paths of endpoints are appended to.
    pub(crate) fn base(&self) -> &str {
        self.issuer.trim_end_matches('/')
    }

    /// What the path of the issuer is appended to.
    pub(crate) fn origin(&self) -> &str {
        let base = self.base();
        base.strip_suffix(&*self.path).unwrap_or(base)
    }
}
