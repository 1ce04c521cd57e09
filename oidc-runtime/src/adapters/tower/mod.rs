//! The adapter to tower, for every framework whose requests are `http::Request`.

mod future;
mod request;
mod service;
#[cfg(feature = "sessions")]
mod sessions;

pub use future::ResponseFuture;
pub(in crate::adapters) use request::HttpRequest;
pub use service::GuardService;
#[cfg(feature = "sessions")]
pub use sessions::{SessionFuture, SessionService};
