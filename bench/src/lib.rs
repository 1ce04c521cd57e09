//! What the benchmarks share: a provider with tokens like Keycloak's, the same routes bare and
//! guarded on both frameworks, the guard alone, and interleaved rounds.

pub mod actix;
pub mod axum;
pub mod gate;
pub mod load;
mod provider;
mod rounds;

pub use provider::{forged, raw_key, short_token, token, warm};
pub use rounds::{Contender, interleaved};
