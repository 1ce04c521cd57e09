//! The protocol: one file for each endpoint, over state that all share.

mod authorization_request;
mod authorize;
mod client_auth;
mod device;
mod discovery;
mod end_session;
mod grant;
mod issue;
mod oauth_error;
mod pages;
mod params;
mod scope;
mod session;
mod store;
mod tampering;
mod token;
mod userinfo;

use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::routing::{get, post};
use url::form_urlencoded;

pub(crate) use self::grant::Grant;
use self::store::Store;
use crate::clock::Clock;
use crate::config::Config;
use crate::controls::Controls;
use crate::keys::{KeyRing, TestKey};

/// What stands for a wrong issuer.
const ANOTHER_ISSUER: &str = "https://another-issuer.example";

/// What the endpoints, the server and the test kit share.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) keys: Mutex<KeyRing>,
    pub(crate) controls: Controls,
    store: Mutex<Store>,
    foreign_key: OnceLock<TestKey>,
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

pub(crate) fn router(provider: Arc<Provider>) -> Router {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::metadata),
        )
        .route("/jwks", get(discovery::jwks))
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/authorize/decision", post(authorize::decide))
        .route("/token", post(token::post))
        .route("/device_authorization", post(device::authorize))
        .route("/device", get(device::page).post(device::decide))
        .route("/userinfo", get(userinfo::answer).post(userinfo::answer))
        .route(
            "/end_session",
            get(end_session::get).post(end_session::post),
        )
        .route("/end_session/decision", post(end_session::decide))
        .route("/style.css", get(pages::style))
        .with_state(provider)
}

/// Adds parameters to a URI and leaves the rest of it exactly as it was registered.
fn with_query(uri: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let separator = if uri.contains('?') { '&' } else { '?' };
    format!("{uri}{separator}{query}")
}
