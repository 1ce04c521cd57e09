//! Entry points for the fuzz targets in `fuzz/` and for the property tests beside them.
//!
//! Each takes arbitrary bytes, and panics if the library violates an invariant. This module is not
//! part of the API: it exists only with `cfg(fuzzing)`, which `cargo fuzz` sets, and `cfg(test)`.

#![expect(clippy::must_use_candidate, reason = "the assertions are what matters")]

mod authorization;
mod choices;
mod discovery;
mod forge;
mod key_set;
mod policy;
mod redirect;
mod sealed_state;
mod session;
mod signer;
mod verifier;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod user;
#[cfg(test)]
mod vectors;

pub use authorization::authorization;
pub use discovery::discovery;
pub use key_set::key_set;
pub use policy::policy;
pub use redirect::redirect;
pub use sealed_state::sealed_state;
pub use session::session;
pub use verifier::{Verdict, verifier};
