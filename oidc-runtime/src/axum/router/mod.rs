//! A router that takes no handler on which nobody decided.

mod decided;
mod layer;
mod method_router;
mod methods;
mod nested_path;
mod routing;
mod unguarded;

pub use decided::Axum;
pub use method_router::MethodRouter;
pub use methods::{any, connect, delete, get, head, on, options, patch, post, put, trace};
pub use routing::Router;
