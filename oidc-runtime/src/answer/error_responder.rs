//! The application's own wording of error responses.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::error_response::ErrorResponse;
use super::refusal::{Browser, Refusal};
use super::rejection::Rejection;
use crate::request::RequestParts;

type Function = dyn Fn(&mut ErrorResponse, &RequestParts<'_>) + Send + Sync;

/// The function of [`OidcBuilder::error_response`](crate::OidcBuilder::error_response), if there is
/// one.
#[derive(Clone, Default)]
pub(crate) struct ErrorResponder(Option<Arc<Function>>);

impl ErrorResponder {
    pub(crate) fn new(
        function: impl Fn(&mut ErrorResponse, &RequestParts<'_>) + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(function)))
    }

    /// The response of a sign-in endpoint to this request.
    pub(crate) fn response(
        &self,
        refusal: Refusal,
        endpoint: &'static str,
        request: &RequestParts<'_>,
    ) -> ErrorResponse {
        let is_elsewhere = matches!(refusal.browser, Some(Browser::Redirect(_)));
        let mut response = ErrorResponse::new(refusal, Some(endpoint));
        if let Some(function) = self.0.as_ref().filter(|_| !is_elsewhere) {
            apply(&**function, &mut response, request);
        }
        response
    }

    /// The rejection with the application's response to this request.
    #[inline]
    pub(crate) fn rejection(
        &self,
        rejection: Rejection,
        endpoint: Option<&'static str>,
        request: &RequestParts<'_>,
    ) -> Rejection {
        let Some(function) = &self.0 else {
            return rejection;
        };
        if let Some(Browser::Redirect(_)) = rejection.refusal().browser {
            return rejection;
        }
        let mut response = ErrorResponse::new(rejection.refusal().clone(), endpoint);
        apply(&**function, &mut response, request);
        response.into()
    }
}

/// If the function panics, the request gets the default response, and the other requests of its
/// connection are not affected.
fn apply(function: &Function, response: &mut ErrorResponse, request: &RequestParts<'_>) {
    let call = AssertUnwindSafe(|| function(response, request));
    if catch_unwind(call).is_err() {
        response.reset();
        tracing::error!("the function of `error_response` panicked; sending the default response");
    }
}

impl fmt::Debug for ErrorResponder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ErrorResponder")
            .field(&self.0.is_some())
            .finish()
    }
}
