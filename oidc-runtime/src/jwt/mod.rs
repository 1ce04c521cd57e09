//! JSON Web Tokens: from text to claims that can be trusted (RFC 7515, 7519, 8725, 9068).

mod algorithm;
mod base64url;
mod claims;
mod compact;
mod date;
mod header;
mod reason;
mod signature;
mod strict_json;
mod verify;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub(crate) use base64url::decode;
pub(crate) use claims::RegisteredClaims;
pub(crate) use compact::Compact;
pub use reason::TokenError;
pub(crate) use signature::{Signed, check_signature};
pub(crate) use verify::{
    Expectations, IdTokenExpectations, SKEW, access_token, id_token, is_expired, worth_asking,
};
