//! JSON Object Signing and Encryption: from the text of a token to a payload with a verified
//! signature (RFC 7515, 7517, 7518, 8725).

mod algorithm;
mod base64url;
mod compact;
mod error;
mod header;
mod jwk;
mod key_set;
mod shape;
mod signature;
mod small_order;
mod strict_json;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub(crate) use base64url::decode;
pub(crate) use compact::{Compact, MAX_TOKEN_BYTES};
pub use error::TokenError;
pub(crate) use header::Header;
#[cfg(any(fuzzing, test))]
pub(crate) use jwk::Key;
pub(crate) use jwk::KeyId;
pub(crate) use key_set::KeySet;
pub(crate) use shape::Shape;
pub(crate) use signature::{Signed, check_signature, signing_key};
pub(crate) use strict_json::{Checked, CowStr, Members, read_object};
