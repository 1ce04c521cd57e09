//! Entry points for the fuzz targets in `fuzz/` and for the property tests beside them.
//!
//! Each takes arbitrary bytes, and panics if the library violates an invariant. This module is not
//! part of the API: it exists only with `cfg(fuzzing)`, which `cargo fuzz` sets, and `cfg(test)`.

#![expect(clippy::must_use_candidate, reason = "the assertions are what matters")]

mod authorization;
mod choices;
mod discovery;
mod forge;
mod introspection;
#[cfg(feature = "sessions")]
mod key_server;
mod key_set;
#[cfg(feature = "sessions")]
mod logout_token;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod mcp_body;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod mcp_message;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod mcp_readings;
mod policy;
mod redirect;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "sessions"))]
mod request;
#[cfg(feature = "sessions")]
mod return_to;
mod sealed_state;
#[cfg(feature = "sessions")]
mod session;
#[cfg(feature = "sessions")]
mod session_cookie;
#[cfg(feature = "sessions")]
mod shop;
mod signer;
mod verifier;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod user;
#[cfg(test)]
mod vectors;

pub use authorization::authorization;
pub use discovery::discovery;
pub use introspection::{Answer, introspection};
pub use key_set::key_set;
#[cfg(feature = "sessions")]
pub use logout_token::{Logout, logout_token};
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use mcp_body::mcp_body;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use mcp_message::{Asked, mcp_message};
pub use policy::policy;
pub use redirect::redirect;
#[cfg(feature = "sessions")]
pub use return_to::return_to;
pub use sealed_state::sealed_state;
#[cfg(feature = "sessions")]
pub use session::session;
#[cfg(feature = "sessions")]
pub use session_cookie::{Seen, session_cookie};
pub use verifier::{Verdict, verifier};
