//! The handle of an application, and the authentication of requests.

mod authenticate;
mod authority;
mod credentials;
mod for_resource;
mod for_tenants;
mod health;
mod introspect;
mod missing;
mod oidc;
mod resources;
#[cfg(feature = "sessions")]
pub(crate) mod session;
mod tenants;
mod token_cache;

pub(crate) use authenticate::Named;
pub(crate) use credentials::Credentials;
#[cfg(any(fuzzing, test))]
pub(crate) use credentials::b64token;
pub(crate) use for_tenants::UnknownTenant;
pub use health::{Health, IssuerHealth};
pub(crate) use oidc::Authentication;
pub use oidc::Oidc;
pub(crate) use resources::Described;
pub use tenants::Tenants;
