//! The configuration: address, lifetimes, clients and users.

mod access_tokens;
mod auth_method;
mod check;
mod client;
mod client_auth;
mod loopback;
mod preset;
mod refresh;
mod user;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use serde::Deserialize;
use url::Url;

pub use access_tokens::AccessTokens;
pub use auth_method::AuthMethod;
pub use client::Client;
pub use preset::Preset;
pub use refresh::{RefreshRotation, RefreshTokens};
pub use user::User;

use crate::error::Error;
use crate::keys::Algorithm;
use check::{check_acr_values, check_name, check_resources, check_scopes, check_token, error_if};
pub(crate) use check::{is_resource, is_scope};
pub(crate) use loopback::{is_loopback, loopback};

const ASSERTION_ALGORITHMS: [Algorithm; 4] = [
    Algorithm::Es256,
    Algorithm::EdDsa,
    Algorithm::Ps256,
    Algorithm::Rs256,
];

/// The whole configuration, with a default for every field.
///
/// In TOML, lifetimes are in seconds and unknown fields are errors:
///
/// ```
/// let config = oidc_devidp::Config::from_toml(r#"
///     port = 9400
///     algorithm = "ES256"
///
///     [[clients]]
///     client_id = "shop"
///     client_secret = "not-a-secret"
///     redirect_uris = ["https://shop.example/callback"]
///
///     [[users]]
///     username = "dora"
///     email = "dora@example.org"
///     claims.realm_access.roles = ["editor"]
/// "#)?;
/// assert_eq!(config.clients[0].client_id, "shop");
/// # Ok::<(), oidc_devidp::Error>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own"
)]
pub struct Config {
    /// The address to listen on. Default: 127.0.0.1.
    pub host: IpAddr,
    /// The port to listen on; 0 lets the system choose. Default: 9400.
    pub port: u16,
    /// A provider to behave like. Default: none, but all that the standards offer.
    pub preset: Option<Preset>,
    /// The issuer identifier. Default: `http://HOST:PORT` as bound, and the path of the preset. All
    /// endpoints are below its path and at the root, for proxies that take the path away.
    pub issuer: Option<String>,
    /// What tokens are signed with. Default: RS256.
    pub algorithm: Algorithm,
    /// What access tokens are, for clients that do not say it themselves. Default: as the preset,
    /// otherwise JWTs.
    pub access_tokens: Option<AccessTokens>,
    /// What opaque access tokens begin with, such as `partner_`. Default: nothing.
    pub opaque_token_prefix: String,
    /// Whether the introspection endpoint (RFC 7662) answers questions about JWTs. If not, they get 400
    /// and `unsupported_token_type`. Default: true.
    pub jwt_introspection: bool,
    /// `token_endpoint_auth_methods_supported` of the metadata, and likewise for revocation and
    /// introspection. Only the metadata: a client authenticates as it is registered. An empty list
    /// leaves the members out. Default: all.
    pub token_endpoint_auth_methods_supported: Vec<AuthMethod>,
    /// What clients may sign their assertions with, and
    /// `token_endpoint_auth_signing_alg_values_supported` of the metadata, likewise for revocation and
    /// introspection. An empty list leaves the members out and permits the default ones. Default:
    /// ES256, EdDSA, PS256 and RS256.
    pub token_endpoint_auth_signing_alg_values_supported: Vec<Algorithm>,
    /// Seconds an access token is valid. Default: 300.
    pub access_token_lifetime: u64,
    /// Seconds an ID token is valid. Default: 300.
    pub id_token_lifetime: u64,
    /// Seconds a refresh token is valid. Default: 86400.
    pub refresh_token_lifetime: u64,
    /// Seconds an authorization code is valid. Default: 60.
    pub code_lifetime: u64,
    /// Seconds a device code is valid. Default: 600.
    pub device_code_lifetime: u64,
    /// Seconds a device has to wait between polls (RFC 8628 §3.2). Default: 5.
    pub device_interval: u64,
    /// Seconds a browser stays signed in at the provider. Default: 28800.
    pub session_lifetime: u64,
    /// The `acr` values that sign-ins can reach. A sign-in reaches the first of the request's
    /// `acr_values` that is among them, otherwise the first of them; a session that reached another
    /// one does not suffice (OpenID Connect Core §3.1.2.1). Default: any that is requested,
    /// otherwise `1`.
    pub acr_values: Vec<String>,
    /// The scopes besides `openid`, `profile`, `email` and `offline_access`, such as `notes:read`.
    /// All are in `scopes_supported`, and any client may get them that [`Client::scopes`] does not
    /// limit; others are left out. Default: none is in `scopes_supported`, and any is granted.
    pub scopes: Vec<String>,
    /// Lets applications register themselves (RFC 7591), as clients of MCP servers do. A registered
    /// client is public unless it asks for a secret, may ask for any scope that is supported, and
    /// uses the grant types it named: refresh tokens come to those that named `refresh_token`. The
    /// provider remembers 1,000 until it stops. Default: false.
    pub registration: bool,
    /// Takes a `client_id` that is the address of a document with the metadata of the client
    /// (draft-ietf-oauth-client-id-metadata-document). Only documents on loopback addresses are
    /// fetched: any website could otherwise make this provider send requests. There, `http` will do,
    /// and so will any certificate. Default: false.
    pub client_metadata_documents: bool,
    /// The resources that a client may name which introduced itself (RFC 8707 §2), such as
    /// `https://notes.example/mcp`, compared exactly; any other gets `invalid_target`. The `aud` of
    /// its access tokens is what it names, otherwise its client identifier. For the clients of this
    /// configuration, [`Client::audience`] says it. Default: any absolute URI without a fragment.
    pub resources: Vec<String>,
    /// Permits an address that other machines can reach. `issuer` has to name the host then, for
    /// requests to any other host than that and loopback are rejected. Default: false.
    pub insecure_allow_remote: bool,
    /// The applications. Default: the public client `oidc-guard-dev`.
    pub clients: Vec<Client>,
    /// The users. Default: alice (an administrator), bob and carol.
    pub users: Vec<User>,
    /// Further providers of the same process, by names of your choice. Each has all of these fields but
    /// this one, the same defaults, keys of its own, and another port. Default: none.
    pub issuers: BTreeMap<String, Self>,
}

impl Config {
    /// Parses TOML. The error names the line and the field.
    ///
    /// ```
    /// use oidc_devidp::Config;
    ///
    /// let error = Config::from_toml("prot = 9400").unwrap_err();
    /// assert!(error.to_string().contains("unknown field `prot`"));
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let config: Self =
            toml::from_str(text).map_err(|error| Error::Config(error.to_string()))?;
        config.validate()?;
        Ok(config)
    }

    /// Reads a TOML file. The error names the file, the line and the field.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let name = path.as_ref().display();
        let text = std::fs::read_to_string(path.as_ref())
            .map_err(|error| Error::Io(format!("cannot read {name}"), error))?;
        Self::from_toml(&text).map_err(|error| Error::Config(format!("{name}: {error}")))
    }

    pub(crate) fn validate(&self) -> Result<(), Error> {
        self.validate_alone()?;
        let mut earlier = vec![self];
        for (name, other) in &self.issuers {
            let field = format!("issuers.{name}");
            check_name(name, &field)?;
            error_if(!other.issuers.is_empty(), || {
                format!("{field}.issuers: these have to be at the top")
            })?;
            other.validate_alone().map_err(|error| error.at(&field))?;
            let same_address =
                |known: &&Self| known.port != 0 && known.address() == other.address();
            error_if(earlier.iter().any(same_address), || {
                format!("{field}.port: another provider has {}", other.address())
            })?;
            let same_issuer =
                |known: &&Self| known.issuer.is_some() && known.issuer == other.issuer;
            error_if(earlier.iter().any(same_issuer), || {
                format!("{field}.issuer is that of another provider")
            })?;
            earlier.push(other);
        }
        Ok(())
    }

    /// Where it listens, if the port is not 0.
    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    fn validate_alone(&self) -> Result<(), Error> {
        if !self.host.is_loopback() && !self.insecure_allow_remote {
            return Err(Error::NotLoopback(self.host));
        }
        if let Some(issuer) = &self.issuer {
            check_issuer(issuer)?;
        }
        check_token(&self.opaque_token_prefix, "opaque_token_prefix")?;
        check_acr_values(&self.acr_values, "acr_values")?;
        check_scopes(&self.scopes)?;
        check_resources(&self.resources)?;
        for (index, client) in self.clients.iter().enumerate() {
            let field = format!("clients[{index}]");
            client.validate(&field)?;
            client.check_authentication(&field)?;
            self.check_backchannel(client, &field)?;
            let earlier = &self.clients[..index];
            let taken = earlier
                .iter()
                .any(|other| other.client_id == client.client_id);
            error_if(taken, || format!("{field}.client_id is used twice"))?;
        }
        for (index, user) in self.users.iter().enumerate() {
            let field = format!("users[{index}]");
            user.validate(&field)?;
            let taken = self.users[..index]
                .iter()
                .any(|other| other.username == user.username);
            error_if(taken, || format!("{field}.username is used twice"))?;
        }
        Ok(())
    }

    /// What clients may sign their assertions with.
    pub(crate) fn assertion_algorithms(&self) -> &[Algorithm] {
        match self
            .token_endpoint_auth_signing_alg_values_supported
            .as_slice()
        {
            [] => &ASSERTION_ALGORITHMS,
            some => some,
        }
    }

    /// What the access tokens of a client are, if anything but the preset says it.
    pub(crate) fn access_tokens_of(&self, client: &Client) -> Option<AccessTokens> {
        client.access_tokens.or(self.access_tokens)
    }

    /// What a refresh does to the client's refresh token.
    pub(crate) fn refresh_rotation(&self, client: &Client) -> RefreshRotation {
        let of_preset = self.preset.map(Preset::refresh_rotation);
        client.refresh_rotation.or(of_preset).unwrap_or_default()
    }

    /// Which sign-ins bring the client a refresh token.
    pub(crate) fn refresh_tokens(&self, client: &Client) -> RefreshTokens {
        let of_preset = self.preset.map(Preset::refresh_tokens);
        let of_client = client.refresh_tokens.or(of_preset);
        of_client.unwrap_or(if client.is_registered_for("refresh_token") {
            RefreshTokens::Always
        } else {
            RefreshTokens::OfflineAccess
        })
    }

    fn check_backchannel(&self, client: &Client, field: &str) -> Result<(), Error> {
        let sends = self.preset.is_none_or(Preset::sends_logout_tokens);
        error_if(client.backchannel_logout_uri.is_some() && !sends, || {
            format!("{field}.backchannel_logout_uri: the preset sends no logout tokens")
        })
    }

    /// `scopes_supported` (OpenID Connect Discovery §3).
    pub(crate) fn supported_scopes(&self) -> impl Iterator<Item = &str> {
        let offline = self.preset.is_none_or(Preset::has_offline_access);
        let offline = offline.then_some("offline_access");
        let standard = ["openid", "profile", "email"].into_iter().chain(offline);
        standard.chain(self.scopes.iter().map(String::as_str))
    }

    /// Whether a client that nothing limits may get this scope.
    pub(crate) fn grants_scope(&self, scope: &str) -> bool {
        self.scopes.is_empty() || self.supported_scopes().any(|supported| supported == scope)
    }

    pub(crate) fn client(&self, client_id: &str) -> Option<&Client> {
        self.clients
            .iter()
            .find(|client| client.client_id == client_id)
    }

    pub(crate) fn user(&self, username: &str) -> Option<&User> {
        self.users.iter().find(|user| user.username == username)
    }

    /// The `acr` values that a user can reach; none for any.
    pub(crate) fn acr_values_of<'a>(&'a self, user: Option<&'a User>) -> &'a [String] {
        let of_user = user.map(|user| user.acr_values.as_slice());
        match of_user {
            Some(values) if !values.is_empty() => values,
            _ => &self.acr_values,
        }
    }

    pub(crate) fn user_by_sub(&self, sub: &str) -> Option<&User> {
        self.users.iter().find(|user| user.sub() == sub)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 9400,
            preset: None,
            issuer: None,
            algorithm: Algorithm::default(),
            access_tokens: None,
            opaque_token_prefix: String::new(),
            jwt_introspection: true,
            token_endpoint_auth_methods_supported: AuthMethod::ALL.to_vec(),
            token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS.to_vec(),
            access_token_lifetime: 300,
            id_token_lifetime: 300,
            refresh_token_lifetime: 86_400,
            code_lifetime: 60,
            device_code_lifetime: 600,
            device_interval: 5,
            session_lifetime: 28_800,
            acr_values: Vec::new(),
            scopes: Vec::new(),
            registration: false,
            client_metadata_documents: false,
            resources: Vec::new(),
            insecure_allow_remote: false,
            clients: vec![Client::development()],
            users: User::examples(),
            issuers: BTreeMap::new(),
        }
    }
}

fn check_issuer(issuer: &str) -> Result<(), Error> {
    let url = Url::parse(issuer).map_err(|error| Error::Config(format!("issuer: {error}")))?;
    // OpenID Connect Discovery §2 and RFC 8414 §2.
    let wrong = !matches!(url.scheme(), "http" | "https")
        || url.query().is_some()
        || url.fragment().is_some()
        || issuer.ends_with('/');
    error_if(wrong, || {
        "issuer must be an http(s) URL without query, fragment and final slash".to_owned()
    })
}
