//! The state of a provider.

use std::sync::{Mutex, OnceLock};

use super::store::Store;
use crate::clock::Clock;
use crate::config::Config;
use crate::controls::Controls;
use crate::keys::{KeyRing, TestKey};

/// What the endpoints, the server and the test kit share.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) keys: Mutex<KeyRing>,
    pub(crate) controls: Controls,
    pub(super) store: Mutex<Store>,
    pub(super) foreign_key: OnceLock<TestKey>,
    pub(crate) jwks_cache_control: Mutex<Option<String>>,
}

impl Provider {
    pub(crate) fn new(config: Config, issuer: String) -> Self {
        Self {
            issuer,
            clock: Clock::default(),
            keys: Mutex::new(KeyRing::new(config.algorithm)),
            controls: Controls::default(),
            store: Mutex::default(),
            foreign_key: OnceLock::new(),
            jwks_cache_control: Mutex::new(Some("public, max-age=300".to_owned())),
            config,
        }
    }
}
