//! Decides about a request: who is calling, and whether they may. The adapters only translate.
//!
//! | file | what |
//! |---|---|
//! | `decide` | the decision, as a machine that never waits |
//! | `drive` | moves the machine, at once or later |
//! | `conclusion` | what happens to the request then |
//! | `outcome` | what is kept with the request for others |
//! | `admit`, `caller` | what guards and extractors ask |
//! | `guard` | what the attributes put in front of a handler, and the layer |
//! | `token` | a token without a request |
//! | `future` | the future of a guard |

mod admit;
mod caller;
mod conclusion;
mod decide;
mod drive;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod future;
mod guard;
mod outcome;
mod token;

use crate::answer::{Refusal, Rejection};
use crate::client::Oidc;
use crate::request::RequestParts;
use crate::telemetry;

pub(crate) use admit::Attempt;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use future::GuardFuture;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use future::{Admission, decided};
pub use guard::{Guard, GuardLayer};
pub(crate) use outcome::{Outcome, OutcomeStore, Outcomes};

/// One event per refusal, with a code that does not change and nothing that is secret. `endpoint`
/// is the name of the sign-in endpoint that refuses.
pub(crate) fn report(refusal: &Refusal, endpoint: Option<&str>, request: &RequestParts<'_>) {
    let what = endpoint.map_or("request", |_| "sign-in request");
    log(refusal, endpoint, Some(request), what);
}

/// The same for a token that came without a request.
fn report_token(refusal: &Refusal) {
    log(refusal, None, None, "token");
}

fn log(refusal: &Refusal, endpoint: Option<&str>, request: Option<&RequestParts<'_>>, what: &str) {
    telemetry::refused(refusal.code);
    let Refusal { status, code, .. } = *refusal;
    // The query of a sign-in endpoint carries codes and states, so it is never logged.
    macro_rules! event {
        ($level:ident) => {
            tracing::$level!(
                code,
                status,
                endpoint,
                method = request.map(RequestParts::method),
                path = request.map(RequestParts::path),
                "rejected a {what}"
            )
        };
    }
    if refusal.is_failure() {
        event!(warn);
    } else {
        event!(debug);
    }
}

impl Oidc {
    /// The rejection in the application's words. Outcomes keep it without, so that each is worded
    /// once, for the request and the place that it leaves by.
    fn worded(
        &self,
        rejection: Rejection,
        endpoint: Option<&'static str>,
        request: &RequestParts<'_>,
    ) -> Rejection {
        let responder = &self.config().error_responder;
        responder.rejection(rejection, endpoint, request)
    }
}
