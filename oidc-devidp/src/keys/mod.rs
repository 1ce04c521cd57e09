//! Signature keys: what an algorithm is, what a key is, and which keys the provider publishes.

mod algorithm;
mod pem;
mod public_key;
mod ring;
mod test_key;

pub use algorithm::Algorithm;
pub use public_key::PublicKey;
pub(crate) use ring::KeyRing;
pub use test_key::TestKey;
