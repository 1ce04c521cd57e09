//! How a client authenticates to its provider: credentials, keys and assertions (RFC 6749 §2.3,
//! RFC 7523). What a request carries is decided in `protocol`.

mod assertion;
mod credentials;
mod key;
mod pem;
mod source;

pub(crate) use assertion::Assertion;
pub(crate) use credentials::{ClientCredentials, SecretMethod};
pub(crate) use key::ClientKeyPair;
pub(crate) use source::{AssertionError, AssertionSource};
