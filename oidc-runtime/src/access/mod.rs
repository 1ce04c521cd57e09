//! The access matrix of an application, and the lock file that prevents a route from being opened
//! by accident.
//!
//! The routers of `oidc::axum` and `oidc::actix` build the matrix, because they know path, method
//! and policy of every route. Start with [`AccessMatrix`].

mod check;
mod client;
mod demanded;
mod effective;
mod extent;
mod framework;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod guarded;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod layer;
mod lock;
mod lock_file;
mod loosened;
mod matrix;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod mcp;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod metadata;
mod pattern;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod registry;
mod render;
mod routing;
mod shape;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod sign_in;
#[cfg(test)]
mod tests;
mod tools;

pub use crate::policy::{ClaimValue, GuardRule, RuleTree, implies};
pub use check::Finding;
#[cfg(feature = "utoipa")]
pub(crate) use effective::EffectiveAccess;
pub use extent::Extent;
pub use framework::Framework;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use guarded::Guarded;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use guarded::{guarded, sealed};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use layer::{guards_of, reject_guard};
pub use lock::{LockError, LockState};
pub use lock_file::LockedRoute;
pub use loosened::Loosened;
pub use matrix::{AccessMatrix, RouteEntry};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use registry::Registry;
