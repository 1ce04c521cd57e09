//! A router that accepts guarded handlers only.

mod carried_state;
mod fallbacks;
mod guarded;
mod guards;
mod into_router;
mod layer;
mod mcp;
mod metadata;
mod method_filter;
mod method_router;
mod methods;
mod nested_path;
mod router;
mod service;
mod sign_in;
mod unguarded;

pub use guarded::Axum;
pub use into_router::IntoRouter;
pub use method_router::MethodRouter;
pub use methods::{any, connect, delete, get, head, on, options, patch, post, put, trace};
pub use router::Router;
