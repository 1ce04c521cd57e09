//! What the benchmarks share: a provider with tokens like Keycloak's, the same routes bare and
//! guarded on both frameworks, the guard alone, sessions, and interleaved rounds; over HTTP the peers,
//! the load on them, and browsers that sign in.

pub mod actix;
pub mod axum;
pub mod browser;
pub mod connection;
mod credentials;
pub mod gate;
pub mod load;
pub mod peer;
mod provider;
mod rounds;
pub mod sessions;
pub mod soak;

pub use credentials::Credentials;
pub use provider::{forged, raw_key, short_token, token, warm};
pub use rounds::{Contender, interleaved};
