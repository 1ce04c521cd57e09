//! A running provider, and its builder.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use crate::config::{AccessTokens, Client, Config, Preset, User};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::keys::Algorithm;
use crate::provider::Provider;
use crate::server::{self, Server};
use crate::sync::lock;

/// A running provider, until it is stopped or dropped.
///
/// ```
/// let idp = oidc_devidp::DevIdp::builder().port(0).start()?;
/// println!("{}", idp.discovery_url());
/// # Ok::<(), oidc_devidp::Error>(())
/// ```
pub struct DevIdp {
    provider: Arc<Provider>,
    server: Mutex<Option<Server>>,
    others: BTreeMap<String, Self>,
}

impl DevIdp {
    /// Starts from the default configuration.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts a provider with this configuration, on a thread of its own, and likewise all of
    /// [`Config::issuers`].
    ///
    /// Fails when the configuration is wrong, names an address that is not loopback without
    /// `insecure_allow_remote`, or cannot be bound.
    ///
    /// ```
    /// use oidc_devidp::{Config, DevIdp, Error};
    ///
    /// let mut config = Config::default();
    /// config.port = 0;
    /// let idp = DevIdp::start(config)?;
    /// assert!(idp.address().ip().is_loopback());
    ///
    /// let mut config = Config::default();
    /// config.host = "0.0.0.0".parse().unwrap();
    /// assert!(matches!(DevIdp::start(config), Err(Error::NotLoopback(_))));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn start(config: Config) -> Result<Self, Error> {
        config.validate()?;
        let others = config.issuers.clone().into_iter();
        let others = others.map(|(name, config)| Ok((name, Self::start_alone(config)?)));
        let others = others.collect::<Result<_, Error>>()?;
        Ok(Self {
            others,
            ..Self::start_alone(config)?
        })
    }

    fn start_alone(config: Config) -> Result<Self, Error> {
        let wanted = config.address();
        let io = |error| Error::Io(format!("cannot listen on {wanted}"), error);
        let listener = server::bind(wanted).map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        let provider = Arc::new(Provider::new(config, address));
        let server = Server::start(listener, Arc::clone(&provider)).map_err(io)?;
        tracing::warn!(
            issuer = provider.issuer,
            "this OpenID Connect provider is for development only: users sign in without a password",
        );
        Ok(Self {
            provider,
            server: Mutex::new(Some(server)),
            others: BTreeMap::new(),
        })
    }

    /// The issuer identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// Where the metadata is (OpenID Connect Discovery §4).
    #[must_use]
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.provider.base())
    }

    /// Where the same metadata is as RFC 8414 §3.1 has it, which clients of MCP servers try first:
    /// the well-known path comes before the path of the issuer.
    ///
    /// ```
    /// use oidc_devidp::{DevIdp, Preset};
    ///
    /// let idp = DevIdp::builder().port(0).preset(Preset::Keycloak).start()?;
    /// let url = idp.authorization_server_metadata_url();
    /// assert!(url.ends_with("/.well-known/oauth-authorization-server/realms/dev"));
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    #[must_use]
    pub fn authorization_server_metadata_url(&self) -> String {
        let provider = &self.provider;
        let well_known = Endpoint::AuthorizationServer.path();
        format!("{}{well_known}{}", provider.origin(), provider.path)
    }

    /// The address the provider listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.provider.address
    }

    /// The configuration it was started with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.provider.config
    }

    /// The provider that [`Config::issuers`] has under this name.
    ///
    /// ```
    /// use oidc_devidp::DevIdp;
    ///
    /// let partner = DevIdp::builder().port(0);
    /// let idp = DevIdp::builder().port(0).also("partner", partner).start()?;
    /// let partner = idp.other("partner").unwrap();
    /// assert_ne!(partner.issuer(), idp.issuer());
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    #[must_use]
    pub fn other(&self, name: &str) -> Option<&Self> {
        self.others.get(name)
    }

    /// The providers of [`Config::issuers`] with their names, in the order of these.
    pub fn others(&self) -> impl Iterator<Item = (&str, &Self)> {
        let others = self.others.iter();
        others.map(|(name, other)| (name.as_str(), other))
    }

    /// Closes the port and every connection; other providers of the process go on. Does nothing if it
    /// is stopped.
    pub fn stop(&self) {
        lock(&self.server).take();
    }

    /// Opens the same port again, with all keys, sessions and tokens it had.
    ///
    /// ```
    /// let idp = oidc_devidp::DevIdp::builder().port(0).start()?;
    /// idp.stop();
    /// assert!(std::net::TcpStream::connect(idp.address()).is_err());
    /// idp.restart()?;
    /// assert!(std::net::TcpStream::connect(idp.address()).is_ok());
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn restart(&self) -> Result<(), Error> {
        self.stop();
        let address = self.address();
        let io = |error| Error::Io(format!("cannot listen on {address}"), error);
        let listener = server::bind(address).map_err(io)?;
        let server = Server::start(listener, Arc::clone(&self.provider)).map_err(io)?;
        *lock(&self.server) = Some(server);
        Ok(())
    }

    pub(crate) fn provider(&self) -> &Arc<Provider> {
        &self.provider
    }

    pub(crate) fn take_others(&mut self) -> BTreeMap<String, Self> {
        std::mem::take(&mut self.others)
    }
}

impl fmt::Debug for DevIdp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevIdp")
            .field("issuer", &self.issuer())
            .finish_non_exhaustive()
    }
}

/// A [`Config`] in the making.
///
/// ```
/// use oidc_devidp::{Algorithm, Client, DevIdp, User};
///
/// let idp = DevIdp::builder()
///     .port(0)
///     .algorithm(Algorithm::Es256)
///     .client(Client::new("shop").redirect_uri("https://shop.example/callback"))
///     .user(User::new("dora").email("dora@example.org"))
///     .start()?;
/// # Ok::<(), oidc_devidp::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    config: Config,
}

impl Builder {
    /// Sets the address to listen on. Default: 127.0.0.1.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.config.host = host;
        self
    }

    /// Sets the port; 0 lets the system choose. Default: 9400.
    pub fn port(mut self, port: u16) -> Self {
        self.config.port = port;
        self
    }

    /// Sets the issuer identifier, for a provider behind a proxy. Default: as bound.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.config.issuer = Some(issuer.into());
        self
    }

    /// Sets a provider to behave like. Default: none.
    pub fn preset(mut self, preset: Preset) -> Self {
        self.config.preset = Some(preset);
        self
    }

    /// Sets what tokens are signed with. Default: RS256.
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.config.algorithm = algorithm;
        self
    }

    /// Sets what access tokens are. Default: JWTs.
    ///
    /// ```
    /// use oidc_devidp::{AccessTokens, DevIdp};
    ///
    /// let idp = DevIdp::builder().port(0).access_tokens(AccessTokens::Opaque).start()?;
    /// assert_eq!(idp.config().access_tokens, Some(AccessTokens::Opaque));
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn access_tokens(mut self, form: AccessTokens) -> Self {
        self.config.access_tokens = Some(form);
        self
    }

    /// Sets what opaque access tokens begin with. Default: nothing.
    pub fn opaque_token_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.config.opaque_token_prefix = prefix.into();
        self
    }

    /// Sets whether the introspection endpoint answers questions about JWTs. Default: it does.
    pub fn jwt_introspection(mut self, answers: bool) -> Self {
        self.config.jwt_introspection = answers;
        self
    }

    /// Sets the scopes that clients can get, besides those of OpenID Connect. Default: any.
    ///
    /// ```
    /// let idp = oidc_devidp::DevIdp::builder()
    ///     .port(0)
    ///     .scopes(["notes:read", "notes:write"])
    ///     .start()?;
    /// assert_eq!(idp.config().scopes, ["notes:read", "notes:write"]);
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.config.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Lets applications register themselves (RFC 7591). Default: they cannot.
    ///
    /// ```
    /// let idp = oidc_devidp::DevIdp::builder().port(0).registration().start()?;
    /// assert!(idp.config().registration);
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn registration(mut self) -> Self {
        self.config.registration = true;
        self
    }

    /// Takes the address of a client's metadata as its identifier
    /// (draft-ietf-oauth-client-id-metadata-document), on loopback addresses. Default: it does not.
    ///
    /// ```
    /// let idp = oidc_devidp::DevIdp::builder().port(0).client_metadata_documents().start()?;
    /// assert!(idp.config().client_metadata_documents);
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn client_metadata_documents(mut self) -> Self {
        self.config.client_metadata_documents = true;
        self
    }

    /// Sets the resources that clients may name which introduced themselves. Default: any.
    ///
    /// ```
    /// let idp = oidc_devidp::DevIdp::builder()
    ///     .port(0)
    ///     .registration()
    ///     .resources(["https://notes.example/mcp"])
    ///     .start()?;
    /// assert_eq!(idp.config().resources.len(), 1);
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn resources<S: Into<String>>(mut self, resources: impl IntoIterator<Item = S>) -> Self {
        self.config.resources = resources.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a client, or replaces the one with this identifier.
    pub fn client(mut self, client: Client) -> Self {
        self.config
            .clients
            .retain(|known| known.client_id != client.client_id);
        self.config.clients.push(client);
        self
    }

    /// Adds a user, or replaces the one with this name.
    pub fn user(mut self, user: User) -> Self {
        self.config
            .users
            .retain(|known| known.username != user.username);
        self.config.users.push(user);
        self
    }

    /// Adds a further provider to the process, or replaces the one with this name; see
    /// [`Config::issuers`].
    ///
    /// ```
    /// use oidc_devidp::{Algorithm, Client, DevIdp};
    ///
    /// let partner = DevIdp::builder()
    ///     .port(0)
    ///     .algorithm(Algorithm::Es256)
    ///     .client(Client::new("warehouse").audience("https://api.shop.example"));
    /// let idp = DevIdp::builder().port(0).also("partner", partner).start()?;
    /// assert_eq!(idp.others().count(), 1);
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn also(mut self, name: impl Into<String>, other: Self) -> Self {
        self.config.issuers.insert(name.into(), other.config);
        self
    }

    /// Changes any field of the configuration.
    ///
    /// ```
    /// let idp = oidc_devidp::DevIdp::builder()
    ///     .port(0)
    ///     .configure(|config| config.access_token_lifetime = 60)
    ///     .start()?;
    /// assert_eq!(idp.config().access_token_lifetime, 60);
    /// # Ok::<(), oidc_devidp::Error>(())
    /// ```
    pub fn configure(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    pub(crate) fn on_free_ports(mut self) -> Self {
        self.config.port = 0;
        for other in self.config.issuers.values_mut() {
            other.port = 0;
        }
        self
    }

    /// Starts the provider; see [`DevIdp::start`].
    pub fn start(self) -> Result<DevIdp, Error> {
        DevIdp::start(self.config)
    }
}
