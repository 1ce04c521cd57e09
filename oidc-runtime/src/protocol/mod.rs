//! OAuth 2.0 and OpenID Connect as a relying party: requests to the provider, and its responses.
//! Independent of the endpoints that the application serves.

mod authentication;
mod authorization;
mod device;
mod error;
mod exchange;
mod grant;
pub(crate) mod id_token;
mod introspection;
mod introspection_answer;
#[cfg(feature = "sessions")]
pub(crate) mod logout_token;
mod pkce;
mod provider_text;
mod rejected;
mod relying_party;
#[cfg(feature = "sessions")]
mod revocation;
mod token_endpoint_error;
mod token_response;
mod userinfo;

pub(crate) use authorization::AuthorizationRequest;
pub(crate) use device::authorize_device;
pub(crate) use error::ProtocolError;
pub(crate) use exchange::exchange;
pub(crate) use grant::{DEVICE_GRANT, Grant};
pub(crate) use introspection::{IntrospectionError, introspect};
pub(crate) use introspection_answer::Introspected;
#[cfg(feature = "client")]
pub(crate) use pkce::challenge;
pub(crate) use pkce::{Proof, ProofError, is_challenge, is_verifier};
pub(crate) use provider_text::{description, error_code};
pub(crate) use relying_party::{RelyingParty, required_endpoint};
#[cfg(feature = "sessions")]
pub(crate) use revocation::revoke;
pub(crate) use token_response::{TokenResponse, after};
pub(crate) use userinfo::fetch_userinfo;
