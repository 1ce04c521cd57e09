//! The protocol: one file for each endpoint, over state that all share.

mod discovery;
mod grant;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;

pub(crate) use self::grant::Grant;
use crate::clock::Clock;
use crate::config::Config;
use crate::controls::Controls;
use crate::keys::KeyRing;

/// What the endpoints, the server and the test kit share.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) keys: Mutex<KeyRing>,
    pub(crate) controls: Controls,
    pub(crate) jwks_cache_control: Mutex<Option<String>>,
}

impl Provider {
    pub(crate) fn new(config: Config, issuer: String) -> Self {
        Self {
            issuer,
            clock: Clock::default(),
            keys: Mutex::new(KeyRing::new(config.algorithm)),
            controls: Controls::default(),
            jwks_cache_control: Mutex::new(Some("public, max-age=300".to_owned())),
            config,
        }
    }
}

pub(crate) fn router(provider: Arc<Provider>) -> Router {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::metadata),
        )
        .route("/jwks", get(discovery::jwks))
        .with_state(provider)
}
