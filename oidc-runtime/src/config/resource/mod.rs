//! The resource that an application is (RFC 8707 §2, RFC 9728), and what its challenges ask for.

mod builder;
mod check;
mod identifier;

use crate::answer::Challenges;
pub(super) use builder::ResourceBuilder;
pub(crate) use identifier::Resource;

/// The settings of a protected resource.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResourceSettings {
    /// Its identifier; without one there is no metadata.
    pub(crate) resource: Option<Resource>,
    /// Its name for users.
    pub(crate) name: Option<String>,
    /// The address of its documentation.
    pub(crate) documentation: Option<String>,
    /// What its metadata lists as scopes, if that is not what its guards demand.
    pub(crate) scopes: Option<Vec<String>>,
    /// What a request without credentials to an MCP server is asked for, instead of what the server's
    /// base policy demands.
    pub(crate) challenge_scopes: Option<Vec<String>>,
    /// Put in front of each scope in challenges and metadata.
    pub(crate) scope_prefix: String,
    /// The origins whose pages may call the MCP servers.
    pub(crate) browser_clients: BrowserClients,
}

impl ResourceSettings {
    pub(crate) fn challenges(&self, realm: &str) -> Challenges {
        let metadata = self.resource.as_ref().map(Resource::metadata_url);
        Challenges::new(realm, metadata, self.scope_prefix.clone())
    }
}

/// The origins of browser-based clients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum BrowserClients {
    /// None but the resource's own.
    #[default]
    None,
    /// These, as browsers write them.
    Origins(Vec<String>),
    Any,
}
