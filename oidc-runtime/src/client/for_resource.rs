//! Handles of a client for further resources.

use std::sync::Arc;

use super::oidc::Oidc;
use crate::config::{Config, ConfigError, Resource, ResourceSettings};
use crate::policy::PolicySpec;

impl Oidc {
    /// The same client for another protected resource of the application, such as a second MCP server:
    /// it shares the provider, its keys and the sign-in, and `oidc::metadata!()` serves the metadata of
    /// both.
    ///
    /// Only tokens for this resource are accepted, also of trusted issuers: neither those for the first one nor those for the
    /// [audiences](crate::OidcBuilder::audience) of the configuration. It has a cache of tokens of its
    /// own, and knows no browser sessions. Name, documentation, scopes and
    /// [`challenge_scopes`](crate::OidcBuilder::challenge_scopes) are the first resource's alone.
    ///
    /// Call it once for each resource, when the application starts, and clone the handle.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("notes")
    ///     .discovery_url("https://login.example.org")
    ///     .resource("https://notes.example.org/mcp")
    ///     .build()?;
    /// let admin = oidc.for_resource("https://notes.example.org/admin/mcp")?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// If the identifier is none, see [`OidcBuilder::resource`](crate::OidcBuilder::resource), or if another
    /// resource has its metadata at the same path, such as one with the same path on another host: it is
    /// served by path alone, whatever `Host` a request names.
    pub fn for_resource(&self, identifier: &str) -> Result<Self, ConfigError> {
        let config = Arc::new(self.config().for_resource(identifier)?);
        self.with(config)
    }

    /// Takes note of the policy in front of an MCP server, for the metadata of its resource and for its
    /// challenge.
    pub(crate) fn note_base(&self, policy: &'static PolicySpec) {
        let settings = &self.config().resource;
        if let Some(resource) = &settings.resource {
            self.resources().note_base(resource, policy);
        }
        if let Some(scopes) = &settings.challenge_scopes {
            self.ask_at(policy, scopes);
        }
    }
}

impl Config {
    /// The configuration for another resource.
    fn for_resource(&self, identifier: &str) -> Result<Self, ConfigError> {
        let resource = Resource::parse(identifier)
            .map_err(|problem| ConfigError::new("resource", &problem))?;
        let audiences = resource.audiences();
        let settings = if self.resource.resource.as_ref() == Some(&resource) {
            self.resource.clone()
        } else {
            ResourceSettings {
                resource: Some(resource),
                scope_prefix: self.resource.scope_prefix.clone(),
                browser_clients: self.resource.browser_clients.clone(),
                ..ResourceSettings::default()
            }
        };
        Ok(Self {
            own: self.own.for_audiences(&audiences),
            trusted: self
                .trusted
                .iter()
                .map(|issuer| issuer.for_audiences(&audiences))
                .collect(),
            challenges: settings.challenges(self.challenges.realm()),
            resource: settings,
            #[cfg(feature = "sessions")]
            sessions: None,
            ..self.clone()
        })
    }
}
