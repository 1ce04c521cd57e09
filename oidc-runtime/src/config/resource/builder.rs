//! The settings of a protected resource.

use crate::config::OidcBuilder;

/// As the application set them.
#[derive(Debug, Default)]
pub(in crate::config) struct ResourceBuilder {
    pub(in crate::config) identifier: Option<String>,
    pub(in crate::config) requested: Option<Vec<String>>,
    pub(in crate::config) name: Option<String>,
    pub(in crate::config) documentation: Option<String>,
    pub(in crate::config) scopes: Option<String>,
    pub(in crate::config) challenge_scopes: Option<String>,
    pub(in crate::config) scope_prefix: Option<String>,
    pub(in crate::config) browser_clients: Option<Vec<String>>,
}

/// Protected resources: an API or an MCP server that its clients find by itself (RFC 9728).
impl OidcBuilder {
    /// The identifier of this application as a protected resource: an https URL without query and
    /// fragment (RFC 8707 §2), or http on a loopback host. Default: none.
    ///
    /// - Access tokens have to be for it: `aud` contains it, byte by byte, or one of the
    ///   [audiences](Self::audience) that are set as well; the client id does not count any more. An
    ///   identifier that is an origin is accepted with and without its slash.
    /// - `oidc::metadata!()` serves the metadata by which clients find the provider (RFC 9728).
    /// - Every challenge names that metadata (`resource_metadata`), and the scopes that the route
    ///   demands, also where the request has no token (RFC 9728 §5.1, RFC 6750 §3).
    /// - Sign-ins request tokens for it, see [`requested_resources`](Self::requested_resources).
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("notes")
    ///     .discovery_url("https://login.example.org")
    ///     .resource("https://notes.example.org/mcp")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn resource(mut self, identifier: impl Into<String>) -> Self {
        self.resource.identifier = Some(identifier.into());
        self
    }

    /// The resources for which sign-ins request access tokens: absolute URIs without a fragment (RFC
    /// 8707 §2), sent with every authorization and token request. Default: the
    /// [`resource`](Self::resource), if there is one. Providers that know no such parameter, or reject
    /// it as Entra ID does, need an empty list; the provider then chooses the audience.
    ///
    /// The provider puts them, or values that represent them, into `aud` of the access tokens, so set
    /// [`audience`](Self::audience) accordingly. Some providers issue tokens for one resource only.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("my-app")
    ///     .discovery_url("https://login.example.org")
    ///     .requested_resources(["https://api.example.org"])
    ///     .audience("https://api.example.org")
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn requested_resources<R: Into<String>>(
        mut self,
        resources: impl IntoIterator<Item = R>,
    ) -> Self {
        self.resource.requested = Some(resources.into_iter().map(Into::into).collect());
        self
    }

    /// The name of the [`resource`](Self::resource), which clients show to users (RFC 9728 §2).
    pub fn resource_name(mut self, name: impl Into<String>) -> Self {
        self.resource.name = Some(name.into());
        self
    }

    /// The address of the documentation of the [`resource`](Self::resource), for developers (RFC 9728
    /// §2).
    pub fn resource_documentation(mut self, url: impl Into<String>) -> Self {
        self.resource.documentation = Some(url.into());
        self
    }

    /// The scopes that the metadata lists as supported, separated by spaces (RFC 9728 §2). Default:
    /// those that the base policies of the MCP servers of the [`resource`](Self::resource) demand.
    ///
    /// Some clients request all of them at once, so list what the ordinary user needs.
    pub fn resource_scopes(mut self, scopes: impl Into<String>) -> Self {
        self.resource.scopes = Some(scopes.into());
        self
    }

    /// What a request without a token to the MCP servers is asked for, scopes separated by spaces.
    /// Default: what the server's base policy demands. It has no effect without a
    /// [`resource`](Self::resource), as such requests are not told any scopes then.
    ///
    /// MCP clients sign in with these scopes first. Providers at which clients register themselves may
    /// never grant such a client more: name all scopes of the tools then, so that the later request
    /// for more can succeed.
    ///
    /// It changes what is asked for, not what a tool demands.
    pub fn challenge_scopes(mut self, scopes: impl Into<String>) -> Self {
        self.resource.challenge_scopes = Some(scopes.into());
        self
    }

    /// Put in front of each scope in challenges and in the metadata, for providers whose clients
    /// request scopes by a longer name than tokens contain: `api://notes/` for Entra ID, where
    /// clients request `api://notes/notes.read` and tokens contain `notes.read`. Default: nothing.
    ///
    /// It changes nothing about what a token must contain.
    pub fn scope_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.resource.scope_prefix = Some(prefix.into());
        self
    }

    /// The origins of the web pages that may call the MCP servers as clients, such as
    /// `https://inspector.example`; `*` for any with `http` or `https`. Others, such as those of browser
    /// extensions, are refused. Default: none but the resource's own.
    ///
    /// The servers then answer preflight requests and send `Access-Control-Allow-Origin`, refusals
    /// included, but never allow credentials other than tokens. An application with a CORS layer of its
    /// own around the servers leaves this off.
    ///
    /// ```
    /// # fn main() -> Result<(), oidc::ConfigError> {
    /// let oidc = oidc::Oidc::builder()
    ///     .client_id("notes")
    ///     .discovery_url("https://login.example.org")
    ///     .resource("https://notes.example.org/mcp")
    ///     .browser_clients(["https://inspector.example"])
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn browser_clients<O: Into<String>>(
        mut self,
        origins: impl IntoIterator<Item = O>,
    ) -> Self {
        self.resource.browser_clients = Some(origins.into_iter().map(Into::into).collect());
        self
    }
}
