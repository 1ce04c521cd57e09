//! The settings of browser sessions.

mod builder;
mod check;
mod env;

use std::sync::Arc;

use oidc_stores::SessionStore;
use url::Url;

use crate::clock::UnixSeconds;
use crate::secret::Secret;
pub use builder::{Refresh, Sessions, Userinfo};

/// Validated settings of browser sessions. Immutable.
#[derive(Clone, Debug)]
pub(crate) struct SessionSettings {
    /// Where browsers see this application.
    pub(crate) public_url: Url,
    pub(crate) paths: SessionPaths,
    /// The newest first; empty if the key is random.
    pub(crate) keys: Vec<Secret>,
    /// `None` if the cookie holds everything.
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    pub(crate) idle: UnixSeconds,
    pub(crate) lifetime: UnixSeconds,
    pub(crate) persistent: bool,
    /// The lifetime of a session whose user asked to be remembered.
    pub(crate) remember: Option<UnixSeconds>,
    pub(crate) refresh: Refresh,
    pub(crate) userinfo: Userinfo,
    /// How long a stored session may be served from memory, in milliseconds.
    pub(crate) staleness_ms: u64,
    pub(crate) trusted_origins: Vec<String>,
    pub(crate) login_parameters: Vec<String>,
    pub(crate) offline_access: bool,
    pub(crate) after_sign_in: String,
    pub(crate) after_sign_out: String,
    pub(crate) error_path: Option<String>,
    pub(crate) same_site_strict: bool,
}

/// The sign-in endpoints as the browser sees them, below the path of the public URL.
#[derive(Clone, Debug)]
pub(crate) struct SessionPaths {
    /// The path of the public URL, without the trailing slash.
    pub(crate) base: String,
    pub(crate) login: String,
    /// Every endpoint: none of them is a page to return to.
    pub(crate) all: Vec<String>,
}

impl SessionPaths {
    pub(crate) fn is_endpoint(&self, path: &str) -> bool {
        self.all.iter().any(|own| own == path)
    }
}
