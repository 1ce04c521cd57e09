//! The runtime of [oidc-guard](https://docs.rs/oidc-guard): configuration, discovery, keys, token
//! verification, policies, and the adapters to axum and actix-web. Use it through that crate,
//! where it is called `oidc`.

#![cfg_attr(
    not(any(feature = "axum", feature = "actix-web")),
    allow(
        dead_code,
        unused_imports,
        reason = "nothing asks the gate without an adapter"
    )
)]

pub mod access;
#[cfg(feature = "actix-web")]
pub mod actix;
mod authenticate;
#[cfg(feature = "axum")]
pub mod axum;
mod cache;
mod clock;
mod config;
mod credentials;
mod flow;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod gate;
mod guard;
mod health;
mod http;
mod jwt;
mod keys;
mod oidc;
#[cfg(feature = "utoipa")]
pub mod openapi;
pub mod policy;
mod provider;
mod rejection;
mod request;
mod secret;
mod telemetry;
mod token;

#[cfg(feature = "actix-web")]
pub use actix::{Extraction, GuardMiddleware};
#[cfg(feature = "axum")]
pub use axum::GuardService;
pub use clock::Clock;
pub use config::{ConfigError, OidcBuilder};
pub use flow::{RoutePaths, Routes};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use gate::GuardFuture;
pub use guard::{Guard, GuardLayer};
pub use health::Health;
pub use jwt::{Algorithm, TokenError, UnknownAlgorithm};
pub use oidc::Oidc;
pub use provider::ProviderError;
pub use rejection::Rejection;
pub use request::RequestParts;
pub use token::{BearerToken, Claims, Principal};
