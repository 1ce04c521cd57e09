//! How the application authenticates to its provider.

mod auth;
mod check;
mod key;
#[cfg(feature = "client")]
mod service;

pub use auth::ClientAuth;
pub(super) use check::ClientAuthBuilder;
pub use key::ClientKey;
#[cfg(feature = "client")]
pub(super) use service::credentials;
