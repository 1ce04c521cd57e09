//! The adapter to actix-web 4.

mod extract;
mod mcp;
mod metadata;
mod middleware;
mod payload;
mod request;
mod response;
mod routes;
#[cfg(feature = "sessions")]
mod sessions;
mod strict;

pub use extract::Extraction;
pub use mcp::McpMiddleware;
pub use middleware::GuardMiddleware;
#[cfg(feature = "sessions")]
pub use sessions::SessionMiddleware;
pub use strict::*;
