//! Decides about a request: who the user is, and whether the policies admit them.
//!
//! | file | what |
//! |---|---|
//! | `decide` | the decision, as a state machine without I/O |
//! | `drive` | its synchronous and its asynchronous driver |
//! | `conclusion` | what happens to the request |
//! | `identify` | who sends the request |
//! | `session` | the session of a request, for extractors |
//! | `browser` | what a browser gets when it is rejected |
//! | `outcome` | the result, cached with the request for further guards and extractors |
//! | `admit`, `caller` | the entry points of guards and extractors |
//! | `further` | the entry point of the rules behind a guard |
//! | `token` | the entry point for a token without a request |
//! | `guard` | the extractor that the attributes add to a handler, and the layer |
//! | `future` | the future of a guard |

mod admit;
#[cfg(feature = "sessions")]
mod browser;
mod caller;
mod conclusion;
mod decide;
mod drive;
mod further;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod future;
mod guard;
mod identify;
mod judgement;
mod outcome;
#[cfg(feature = "sessions")]
mod session;
mod token;
mod verdict;

use crate::answer::{Refusal, Rejection};
use crate::client::Oidc;
use crate::request::{RequestParts, loggable};
use crate::telemetry;

pub(crate) use admit::Attempt;
#[cfg(feature = "sessions")]
pub(crate) use browser::error_page;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use future::GuardFuture;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use future::{Admission, decided};
pub use guard::{Guard, GuardLayer};
pub(crate) use outcome::{Outcome, OutcomeStore, Outcomes};

/// Logs one event per rejection, with its reason code and without secrets. `endpoint` is the name
/// of the sign-in endpoint, `None` for a guard.
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
                path = request.map(|request| loggable(request.path())).as_deref(),
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
    /// The rejection with the application's own response. Cached outcomes hold the default one, so
    /// that the function runs once, for the request and the endpoint that respond.
    fn worded(
        &self,
        rejection: Rejection,
        endpoint: Option<&'static str>,
        request: &RequestParts<'_>,
    ) -> Rejection {
        #[cfg(feature = "sessions")]
        let rejection = match browser::for_browser(self, &rejection, request) {
            Some(browser) => rejection.map(|refusal| refusal.browser = Some(browser)),
            None => rejection,
        };
        self.worded_for_programs(rejection, endpoint, request)
    }

    /// The same, although a browser may have sent the request.
    fn worded_for_programs(
        &self,
        rejection: Rejection,
        endpoint: Option<&'static str>,
        request: &RequestParts<'_>,
    ) -> Rejection {
        let responder = &self.config().error_responder;
        responder.rejection(rejection, endpoint, request)
    }
}
