//! The sign-in endpoints, independent of the framework.

mod call;
mod cookie;
mod endpoint;
mod error;
mod parameters;
mod redirect_uri;
mod scope;
#[cfg(feature = "sessions")]
mod session;
mod state;

use crate::answer::{Response, SIGN_IN_HEADERS};
use crate::gate::OutcomeStore;
use crate::routes::Endpoint;
pub(crate) use call::{Call, MAX_FORM_BYTES};
use error::FlowError;

#[cfg(any(fuzzing, test))]
pub(crate) use state::{LIFETIME, SignIn};

/// Responds to a request to a sign-in endpoint.
pub(crate) async fn answer(call: Call<'_>, request: &mut impl OutcomeStore) -> Response {
    let endpoint = call.route.endpoint;
    let result = match request.parts().method() {
        method if call.route.allows(method) => endpoint::serve(&call, request).await,
        "POST" if endpoint == Endpoint::Callback => Err(FlowError::FormPost),
        _ => Err(FlowError::MethodNotAllowed(call.route.allow())),
    };
    let mut response = result.unwrap_or_else(|error| {
        let request = &request.parts();
        #[cfg(feature = "sessions")]
        let browser = session::page_of(&call, request, &error);
        #[cfg(not(feature = "sessions"))]
        let browser = None;
        let responder = &call.oidc.config().error_responder;
        error.response(endpoint.name(), responder, browser, request)
    });
    for (name, value) in SIGN_IN_HEADERS {
        if !response.has(name) && !response.may_be_framed(name) {
            response.set(name, value);
        }
    }
    response
}
