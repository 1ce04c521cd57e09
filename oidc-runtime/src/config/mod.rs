//! What an application says about its provider, checked once at start-up.

mod builder;
mod env;
mod error;
mod redirect;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock::SharedClock;
use crate::jwt::Algorithm;
use crate::policy::PolicySpec;
use crate::secret::Secret;
use crate::token::RolePlaces;
pub use builder::Builder;
pub(crate) use builder::{is_scope_list, with_openid};
pub use error::ConfigError;
pub(crate) use error::Problems;
pub(crate) use redirect::{RedirectRules, is_loopback};

/// A configuration in which every field has been checked. Requests never change it.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) discovery_url: Url,
    /// Overrides the issuer of the discovery document.
    pub(crate) issuer: Option<String>,
    /// Overrides the key set address of the discovery document.
    pub(crate) jwks_uri: Option<Url>,
    /// Any of these has to be in `aud`; `None` accepts every audience.
    pub(crate) audiences: Option<Vec<String>>,
    /// Any of these has to have obtained the token; `None` accepts every application.
    pub(crate) authorized_parties: Option<Vec<String>>,
    pub(crate) role_places: Arc<RolePlaces>,
    /// Whether a token for the client id needs no mark of an access token.
    pub(crate) accept_unmarked_tokens: bool,
    /// Asked for at sign-in, separated by spaces; begins with `openid`.
    pub(crate) scopes: String,
    pub(crate) offline_access: bool,
    pub(crate) algorithms: Vec<Algorithm>,
    /// What every token has to satisfy before a route's own rule.
    pub(crate) required_of_all: Vec<&'static PolicySpec>,
    pub(crate) redirects: RedirectRules,
    pub(crate) public_url: Option<Url>,
    pub(crate) state_key: Option<Secret>,
    pub(crate) realm: String,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) token_cache_bytes: u64,
    pub(crate) root_certificates: Vec<Vec<u8>>,
    /// Whether provider addresses may use plain http beyond the loopback interface.
    pub(crate) allow_http: bool,
    pub(crate) clock: SharedClock,
}

impl Config {
    /// Whether the provider may be asked at this address.
    pub(crate) fn allows_provider_url(&self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => self.allow_http || is_loopback(url),
            _ => false,
        }
    }
}
