//! The adapter to actix-web 4.

mod extract;
mod middleware;
mod payload;
mod request;
mod response;
mod routes;
mod strict;

pub use extract::Extraction;
pub use middleware::GuardMiddleware;
pub use strict::*;
