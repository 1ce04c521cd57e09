//! Responses to rejected requests, independent of the framework.

mod challenge;
mod error_responder;
mod error_response;
mod page;
mod refusal;
mod rejection;
mod response;

pub(crate) use error_responder::ErrorResponder;
pub use error_response::ErrorResponse;
pub(crate) use refusal::Browser;
pub(crate) use refusal::Refusal;
#[cfg(feature = "sessions")]
pub(crate) use refusal::StepUp;
pub use rejection::Rejection;
pub(crate) use response::{Response, SIGN_IN_HEADERS};
