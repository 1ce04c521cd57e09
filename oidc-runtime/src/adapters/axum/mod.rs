//! The adapter to axum 0.8: translates, decides nothing.

mod extract;
mod layer;
mod request;
mod response;
mod routes;
mod strict;

pub use layer::GuardService;
pub use strict::*;
