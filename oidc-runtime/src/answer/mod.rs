//! What is answered to a request that is rejected, before a framework sends it.

mod challenge;
mod error_responder;
mod error_response;
mod refusal;
mod rejection;
mod response;

pub(crate) use error_responder::ErrorResponder;
pub use error_response::ErrorResponse;
pub(crate) use refusal::Refusal;
pub use rejection::Rejection;
pub(crate) use response::{Response, SIGN_IN_HEADERS};
