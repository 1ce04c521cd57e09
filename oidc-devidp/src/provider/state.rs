//! The state of a provider.

use std::net::SocketAddr;
use std::sync::{Mutex, OnceLock};

use super::store::Store;
use crate::clock::Clock;
use crate::config::Config;
use crate::controls::Controls;
use crate::keys::{KeyRing, TestKey};

/// What the endpoints, the server and the test kit share.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    /// The path of the issuer, without a final slash, if the preset gave it one.
    pub(crate) path: String,
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
        let path = match (&config.issuer, config.preset) {
            (None, Some(preset)) => preset.issuer_path(),
            _ => String::new(),
        };
        let bound = || format!("http://{address}{path}");
        Self {
            issuer: config.issuer.clone().unwrap_or_else(bound),
            path: path.trim_end_matches('/').to_owned(),
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
}
