//! The sign-in endpoints. They decide everything; the adapters only translate.

mod call;
mod cookie;
mod endpoint;
mod error;
mod parameters;
mod protocol;
mod redirect_uri;
mod routes;
mod scope;
mod state;

use crate::answer::Response;
use crate::gate::OutcomeStore;
pub(crate) use call::{Call, MAX_FORM_BYTES};
use error::FlowError;
#[cfg(any(fuzzing, test))]
pub(crate) use protocol::Proof;
pub(crate) use routes::{Endpoint, Route};
pub use routes::{RoutePaths, Routes};
#[cfg(any(fuzzing, test))]
pub(crate) use state::{LIFETIME, SignIn};

/// Header fields of every response, beside `Cache-Control`: tokens and codes are neither kept nor
/// passed on, and nothing here belongs into a frame or is of another type than it says.
const HEADERS: [(&str, &str); 4] = [
    ("pragma", "no-cache"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// Responds to a request to one of the endpoints.
pub(crate) async fn answer(call: Call<'_>, request: &mut impl OutcomeStore) -> Response {
    let endpoint = call.route.endpoint;
    let result = match request.parts().method() {
        method if method == endpoint.method() => endpoint::serve(&call, request).await,
        "POST" if endpoint == Endpoint::Callback => Err(FlowError::FormPost),
        _ => Err(FlowError::MethodNotAllowed(endpoint.method())),
    };
    let mut response =
        result.unwrap_or_else(|error| error.response(endpoint.name(), &request.parts()));
    for (name, value) in HEADERS {
        response.set(name, value);
    }
    response
}
