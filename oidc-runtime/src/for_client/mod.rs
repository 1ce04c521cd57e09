//! What `oidc-client` shares with this crate. Not part of the public interface.

mod http;
mod json;
mod pkce;
mod service;

pub use crate::config::{ClientAuth, ClientKey};
pub use crate::secret::Secret;
pub use http::{BodyError, HttpSettings, http_client, is_json, limited_body, root_certificates};
pub use json::object;
pub use pkce::{Verifier, is_challenge, random};
pub use service::{ServiceClient, ServiceError, ServiceSettings, ServiceToken};
