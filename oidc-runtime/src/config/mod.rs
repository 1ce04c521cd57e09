//! The configuration of a client, validated once at start-up.

mod boolean;
mod bound_tokens;
mod builder;
mod check;
mod client_auth;
mod env;
mod error;
mod issuer;
mod local_path;
mod redirect;
mod resource;
#[cfg(feature = "client")]
mod service;
#[cfg(feature = "sessions")]
mod sessions;

use std::time::Duration;

use url::Url;

use crate::answer::{Challenges, ErrorResponder};
use crate::clock::{SharedClock, UnixSeconds};
use crate::http::Http;
use crate::policy::PolicySpec;
use crate::seal::{Sealer, Tagger};
pub(crate) use boolean::parse_bool;
pub use bound_tokens::BoundTokens;
pub use builder::OidcBuilder;
pub(crate) use check::{is_scope_list, with_openid};
pub use client_auth::{ClientAuth, ClientKey};
pub use error::ConfigError;
pub use issuer::{Introspect, Issuer};
pub(crate) use issuer::{IssuerSettings, ProviderSettings};
pub(crate) use local_path::is_local_path;
pub(crate) use redirect::{RedirectRules, has_uri_characters, is_loopback};
pub(crate) use resource::{BrowserClients, Resource, ResourceSettings};
#[cfg(feature = "client")]
pub(crate) use service::{service_credentials, service_provider};
#[cfg(feature = "sessions")]
pub(crate) use sessions::SessionSettings;
#[cfg(feature = "sessions")]
pub use sessions::{Refresh, Sessions, Userinfo};

/// A validated configuration. Immutable.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) client_id: String,
    pub(crate) own: IssuerSettings,
    /// In the order of their numbers, from 1.
    pub(crate) trusted: Vec<IssuerSettings>,
    /// How long an issuer's answer about a token counts, in seconds.
    pub(crate) introspection_cache: UnixSeconds,
    /// The resources for which access tokens are requested (RFC 8707).
    pub(crate) requested_resources: Vec<String>,
    pub(crate) resource: ResourceSettings,
    pub(crate) bound_tokens: BoundTokens,
    /// Requested at sign-in, separated by spaces; starts with `openid`.
    pub(crate) scopes: String,
    pub(crate) offline_access: bool,
    /// Assumed if the provider does not state it.
    pub(crate) refresh_token_lifetime: Duration,
    /// Whether sign-in responses contain the ID token.
    pub(crate) return_id_token: bool,
    /// Evaluated for every token before the rules of a route.
    pub(crate) global_policies: Vec<&'static PolicySpec>,
    pub(crate) redirects: RedirectRules,
    pub(crate) public_url: Option<Url>,
    pub(crate) challenges: Challenges,
    pub(crate) token_cache_bytes: u64,
    pub(crate) clock: SharedClock,
    pub(crate) error_responder: ErrorResponder,
    #[cfg(feature = "sessions")]
    pub(crate) sessions: Option<SessionSettings>,
}

impl Config {
    /// In the order of their numbers: the client's own provider first.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = &IssuerSettings> {
        std::iter::once(&self.own).chain(&self.trusted)
    }

    /// The names of the issuers whose tokens are accepted.
    pub(crate) fn issuer_names(&self) -> impl Iterator<Item = &str> {
        self.issuers().map(|issuer| &*issuer.trust.name)
    }
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
