//! What is answered to a request that is rejected, before a framework sends it.

mod challenge;
mod refusal;
mod rejection;
mod response;

pub(crate) use refusal::Refusal;
pub use rejection::Rejection;
pub(crate) use response::Response;
