//! Responses to rejected requests, independent of the framework.

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
