//! Who may call what: the access matrix of an application, and the lock file that keeps a route
//! from being opened by accident.
//!
//! The routers of `oidc::axum` and `oidc::actix` make the matrix, for they see path, method and
//! policy together. See [`AccessMatrix`].

mod admission;
mod client;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod decided;
mod display;
mod extent;
mod framework;
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
mod route_access;
mod routing;
mod rule;
mod shape;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod sign_in;
#[cfg(test)]
mod tests;

#[cfg(feature = "utoipa")]
pub(crate) use admission::Admission;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use decided::Decided;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use decided::{decided, sealed};
pub use extent::Extent;
pub use framework::Framework;
pub use implication::implies;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use layer::{guards_of, refuse_guard};
pub use lock::{LockError, LockState, LockedRoute};
pub use loosened::Loosened;
pub use matrix::{AccessMatrix, RouteEntry};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use registry::Registry;
pub use route_access::RouteAccess;
pub use rule::{ClaimValue, RuleTree};
