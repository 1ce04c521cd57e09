//! Signature keys: what an algorithm is, what a key is, and which keys the provider publishes.

mod algorithm;
mod ring;
mod test_key;

pub use algorithm::Algorithm;
pub(crate) use ring::KeyRing;
pub use test_key::TestKey;
