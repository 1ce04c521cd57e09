//! JSON Web Tokens: from text to claims that can be trusted (RFC 7515, 7519, 8725, 9068).

mod access_token;
mod algorithm;
mod base64url;
mod claims;
mod claims_error;
mod compact;
mod error;
mod explain;
mod header;
mod id_token;
mod numeric_date;
mod rules;
mod signature;
mod strict_json;
mod unverifiable;

pub(crate) use access_token::{Expectations, accept_if_signed, access_token, access_token_subject};
pub use algorithm::{Algorithm, UnknownAlgorithm};
pub(crate) use base64url::decode;
pub(crate) use claims::RegisteredClaims;
pub(crate) use compact::Compact;
pub use error::TokenError;
pub(crate) use id_token::{IdTokenExpectations, id_token};
pub(crate) use rules::{SKEW, is_expired};
pub(crate) use signature::{Signed, check_signature};
pub(crate) use unverifiable::{Hints, refused_id_token};
