//! The adapter to tower, for every framework whose requests are `http::Request`.

mod future;
mod request;
mod service;

pub use future::ResponseFuture;
pub(in crate::adapters) use request::HttpRequest;
pub use service::GuardService;
