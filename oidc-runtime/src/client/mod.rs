//! The handle of an application, and the authentication of requests.

mod authenticate;
mod credentials;
mod for_resource;
mod health;
mod missing;
mod oidc;
mod resources;
#[cfg(feature = "sessions")]
pub(crate) mod session;
mod token_cache;

pub(crate) use credentials::Credentials;
#[cfg(any(fuzzing, test))]
pub(crate) use credentials::b64token;
pub use health::Health;
pub(crate) use oidc::Authentication;
pub use oidc::Oidc;
pub(crate) use resources::Described;
