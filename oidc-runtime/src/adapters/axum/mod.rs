//! The adapter to axum 0.8.

mod extract;
mod mcp;
mod metadata;
mod response;
mod routes;
mod strict;

pub use super::tower::{GuardService, ResponseFuture};
#[cfg(feature = "sessions")]
pub use super::tower::{SessionFuture, SessionService};
pub use mcp::McpService;
pub use strict::*;
