//! How the application authenticates to its provider.

mod auth;
mod check;
mod key;

pub use auth::ClientAuth;
pub(super) use check::ClientAuthBuilder;
pub use key::ClientKey;
