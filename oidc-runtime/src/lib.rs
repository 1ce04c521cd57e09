//! The runtime of [oidc-guard](https://docs.rs/oidc-guard): configuration, discovery, keys, token
//! verification, policies, and the adapters to axum and actix-web. Use it through that crate,
//! where it is called `oidc`.

#![cfg_attr(
    not(any(feature = "axum", feature = "actix-web")),
    allow(dead_code, unused_imports, reason = "used by the adapters only")
)]

// From the ground up: a module uses those above it in this list, and never one below
// (`layers` checks that).
pub mod access;
mod adapters;
mod answer;
mod client;
mod client_auth;
mod clock;
mod config;
mod flow;
#[cfg(feature = "client")]
#[doc(hidden)]
pub mod for_client;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod html;
mod http;
mod introspection;
mod jose;
#[cfg(test)]
mod layers;
mod mcp;
mod metadata;
#[cfg(feature = "utoipa")]
pub mod openapi;
pub mod policy;
mod protocol;
mod provider;
mod random;
mod request;
mod routes;
mod seal;
mod secret;
#[cfg(feature = "sessions")]
mod session;
mod telemetry;
mod text_cache;
mod token;

#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use adapters::CarriesUser;
#[cfg(feature = "actix-web")]
pub use adapters::actix;
#[cfg(feature = "axum")]
pub use adapters::axum;
pub use answer::{ErrorResponse, Rejection};
#[cfg(feature = "sessions")]
pub use client::session::{Session, SessionError, SessionInfo, SessionLayer, SessionsError};
pub use client::{Health, IssuerHealth, Oidc, Tenants};
pub use clock::Clock;
pub use config::{
    BoundTokens, ClientAuth, ClientKey, ConfigError, Introspect, Issuer, OidcBuilder,
};
#[cfg(feature = "sessions")]
pub use config::{Refresh, Sessions, Userinfo};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use gate::GuardFuture;
pub use gate::{Guard, GuardLayer};
pub use jose::{Algorithm, TokenError, UnknownAlgorithm};
pub use mcp::{McpLayer, NoTools, Tools};
pub use metadata::Metadata;
#[cfg(feature = "sessions")]
pub use oidc_stores as stores;
pub use provider::ProviderError;
pub use request::RequestParts;
pub use routes::{RoutePaths, Routes};
#[cfg(feature = "sessions")]
pub use session::id::{InvalidSessionId, SessionId};
pub use token::{BearerToken, Claims, Identity, Principal, Via};
