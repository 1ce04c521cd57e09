//! The adapter to axum 0.8.

mod extract;
mod response;
mod routes;
mod strict;

pub use super::tower::{GuardService, ResponseFuture};
pub use strict::*;
