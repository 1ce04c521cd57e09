//! Who may call what: the access matrix of an application, and the lock file that keeps a route
//! from being opened by accident.
//!
//! The routers of `oidc::axum` and `oidc::actix` make the matrix, for they see path, method and
//! policy together. See [`AccessMatrix`].

mod client;
mod display;
mod effective;
mod extent;
mod framework;
mod guard_rule;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod guarded;
mod implication;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod layer;
mod lock;
mod loosened;
mod matrix;
mod pattern;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod registry;
mod render;
mod routing;
mod rule;
mod shape;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod sign_in;
#[cfg(test)]
mod tests;

#[cfg(feature = "utoipa")]
pub(crate) use effective::EffectiveAccess;
pub use extent::Extent;
pub use framework::Framework;
pub use guard_rule::GuardRule;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use guarded::Guarded;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use guarded::{guarded, sealed};
pub use implication::implies;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use layer::{guards_of, refuse_guard};
pub use lock::{LockError, LockState, LockedRoute};
pub use loosened::Loosened;
pub use matrix::{AccessMatrix, RouteEntry};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use registry::Registry;
pub use rule::{ClaimValue, RuleTree};
