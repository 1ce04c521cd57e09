//! What is answered to a request that is rejected, before a framework sends it.

mod challenge;
mod rejection;
mod response;

pub use rejection::Rejection;
pub(crate) use rejection::error_body;
pub(crate) use response::Response;
