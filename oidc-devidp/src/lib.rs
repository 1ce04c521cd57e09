//! An OpenID Connect provider for development and tests.
//!
//! It follows the protocol strictly (PKCE with S256 only, exact redirect URIs, single-use codes,
//! rotated refresh tokens, `iss` in every authorization response), but its users sign in without a
//! password. It therefore listens on loopback addresses only, unless
//! [`Config::insecure_allow_remote`] permits others, and rejects with 421 a request that names
//! another host than its issuer's or a loopback one.
//!
//! Refresh tokens, sessions, logout tokens and `acr` are configurable, client by client or all at once
//! ([`Preset`]): as Keycloak, Google, Entra ID or Auth0 have them.
//!
//! # MCP clients
//!
//! Clients of MCP servers introduce themselves: they register ([`Config::registration`]) or are known
//! by the address of their metadata ([`Config::client_metadata_documents`]), name the server as
//! `resource` ([`Config::resources`]), and ask for its scopes ([`Config::scopes`]). They find the
//! metadata at [`DevIdp::authorization_server_metadata_url`].
//!
//! ```
//! use oidc_devidp::DevIdp;
//!
//! let idp = DevIdp::builder()
//!     .port(0)
//!     .registration()
//!     .client_metadata_documents()
//!     .scopes(["notes:read", "notes:write"])
//!     .resources(["http://127.0.0.1:8000/mcp"])
//!     .start()?;
//! // .. let an MCP server name idp.issuer() as its authorization server ..
//! # Ok::<(), oidc_devidp::Error>(())
//! ```
//!
//! # Several issuers
//!
//! [`Config::issuers`] has further providers of the same process, each with an address, keys, clients
//! and users of its own; [`Builder::also`] adds one.
//!
//! # Opaque tokens and client authentication
//!
//! Access tokens are JWTs or opaque ([`AccessTokens`]); what they stand for is at `/introspect` (RFC 7662)
//! until they expire or are revoked. A client authenticates in the one way it is registered for
//! ([`AuthMethod`]): with a secret, with a private key (RFC 7523), or not at all.
//!
//! # As a program
//!
//! `oidc-devidp [config.toml] [--host 127.0.0.1] [--port 9400]` starts a provider with the public
//! client `oidc-guard-dev` and the users alice (an administrator), bob and carol. [`Config`] shows
//! the file.
//!
//! # In a program
//!
//! [`DevIdp`] runs the provider on a thread of its own until it is dropped.
//!
//! # In tests
//!
//! [`TestIdp`] adds what tests need: tokens of any kind, valid or not ([`TokenBuilder`]), keys that
//! change ([`TestKey`]), endpoints that fail ([`Fault`]), violations of the protocol ([`Tamper`]),
//! counters, sign-ins and logouts without a browser, logout tokens that have to be refused
//! ([`LogoutViolation`]), and a clock to move forward.
//!
//! ```
//! use oidc_devidp::{Endpoint, Fault, Tamper, TestIdp};
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let idp = TestIdp::start().await;
//! // .. point the application at idp.discovery_url() and idp.client_id() ..
//! let genuine = idp.token().sub("bob").scope("read").mint();
//! let expired = idp.token().expires_in(-60).mint();
//!
//! idp.rotate_keys();
//! idp.fault(Endpoint::Jwks, Fault::Down);
//! idp.tamper(Tamper::WrongNonce);
//! // .. and see what the application does ..
//! assert_eq!(idp.hits(Endpoint::Jwks), 0);
//! # });
//! ```
//!
//! # Features
//!
//! `cli` (default): the program. Tests need the library only: `default-features = false`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod clock;
mod config;
mod controls;
mod devidp;
mod endpoint;
mod error;
mod fault;
mod host;
mod jwt;
mod keys;
#[cfg(test)]
mod layers;
mod provider;
mod random;
mod server;
mod sync;
mod tamper;
mod testkit;

pub use config::{
    AccessTokens, AuthMethod, Client, Config, Preset, RefreshRotation, RefreshTokens, User,
};
pub use devidp::{Builder, DevIdp};
pub use endpoint::Endpoint;
pub use error::Error;
pub use fault::Fault;
pub use keys::{Algorithm, PublicKey, TestKey};
pub use provider::LogoutDelivery;
pub use tamper::Tamper;
pub use testkit::{LogoutViolation, TestIdp, TokenBuilder};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
