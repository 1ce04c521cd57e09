//! A router that takes no handler on which nobody decided.

mod guarded;
mod layer;
mod method_filter;
mod method_router;
mod methods;
mod nested_path;
mod router;
mod service;
mod unguarded;

pub use guarded::Axum;
pub use method_router::MethodRouter;
pub use methods::{any, connect, delete, get, head, on, options, patch, post, put, trace};
pub use router::Router;
