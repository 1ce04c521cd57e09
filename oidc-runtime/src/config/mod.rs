//! The configuration of a client, validated once at start-up.

mod boolean;
mod bound_tokens;
mod builder;
mod check;
mod env;
mod error;
mod local_path;
mod redirect;
mod resource;
#[cfg(feature = "sessions")]
mod sessions;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::answer::{Challenges, ErrorResponder};
use crate::clock::SharedClock;
use crate::http::Http;
use crate::jose::Algorithm;
use crate::policy::PolicySpec;
use crate::seal::{Sealer, Tagger};
use crate::secret::Secret;
use crate::token::RolePlaces;
pub(crate) use boolean::parse_bool;
pub use bound_tokens::BoundTokens;
pub use builder::OidcBuilder;
pub(crate) use check::{is_scope_list, with_openid};
pub use error::ConfigError;
pub(crate) use local_path::is_local_path;
pub(crate) use redirect::{RedirectRules, has_uri_characters, is_loopback};
pub(crate) use resource::{BrowserClients, Resource, ResourceSettings};
#[cfg(feature = "sessions")]
pub(crate) use sessions::SessionSettings;
#[cfg(feature = "sessions")]
pub use sessions::{Refresh, Sessions, Userinfo};

/// A validated configuration. Immutable.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a separate setting")]
pub(crate) struct Config {
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) discovery_url: Url,
    /// Overrides the issuer of the discovery document.
    pub(crate) issuer: Option<String>,
    /// Overrides `jwks_uri` of the discovery document.
    pub(crate) jwks_uri: Option<Url>,
    /// One of these must be in `aud`; `None` accepts any audience.
    pub(crate) audiences: Option<Vec<String>>,
    /// The resources for which access tokens are requested (RFC 8707).
    pub(crate) requested_resources: Vec<String>,
    pub(crate) resource: ResourceSettings,
    pub(crate) bound_tokens: BoundTokens,
    /// One of these must have obtained the token; `None` accepts any application.
    pub(crate) authorized_parties: Option<Vec<String>>,
    pub(crate) role_places: Arc<RolePlaces>,
    /// Whether a token for the client id need not be marked as an access token.
    pub(crate) accept_unmarked_tokens: bool,
    /// Requested at sign-in, separated by spaces; starts with `openid`.
    pub(crate) scopes: String,
    pub(crate) offline_access: bool,
    /// Assumed if the provider does not state it.
    pub(crate) refresh_token_lifetime: Duration,
    /// Whether sign-in responses contain the ID token.
    pub(crate) return_id_token: bool,
    pub(crate) algorithms: Vec<Algorithm>,
    /// Evaluated for every token before the rules of a route.
    pub(crate) global_policies: Vec<&'static PolicySpec>,
    pub(crate) redirects: RedirectRules,
    pub(crate) public_url: Option<Url>,
    pub(crate) challenges: Challenges,
    pub(crate) timeout: Duration,
    pub(crate) token_cache_bytes: u64,
    /// Whether provider URLs may use plain HTTP outside the loopback interface.
    pub(crate) allow_http: bool,
    pub(crate) clock: SharedClock,
    pub(crate) error_responder: ErrorResponder,
    #[cfg(feature = "sessions")]
    pub(crate) sessions: Option<SessionSettings>,
}

/// The result of validating a configuration.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) config: Config,
    pub(crate) http: Http,
    /// For sign-ins in progress.
    pub(crate) sealer: Sealer,
    pub(crate) tagger: Tagger,
}

/// Checks the URL of a provider's endpoint; the error describes the problem.
pub(crate) fn check_provider_url(url: &Url, allow_http: bool) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        Err("must start with https://")
    } else if !url.username().is_empty() || url.password().is_some() {
        // The HTTP client would send them.
        Err("must not contain a user name or password")
    } else if url.fragment().is_some() {
        Err("must not contain a fragment")
    } else if url.scheme() == "http" && !allow_http && !is_loopback(url) {
        Err("must start with https:// (plain HTTP is allowed for the loopback interface only)")
    } else {
        Ok(())
    }
}
