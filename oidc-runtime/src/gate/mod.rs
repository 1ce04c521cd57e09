//! Decides about a request: who is calling, and whether they may. The adapters only translate.
//!
//! | file | what |
//! |---|---|
//! | `decide` | the decision, as a machine that never waits |
//! | `drive` | moves the machine, at once or later |
//! | `conclusion` | what happens to the request then |
//! | `outcome` | what is kept with the request for others |
//! | `admit`, `caller` | what guards and extractors ask |
//! | `future` | the future of a guard |

mod admit;
mod caller;
mod conclusion;
mod decide;
mod drive;
#[cfg(any(feature = "axum", feature = "actix-web"))]
mod future;
mod outcome;

use crate::rejection::Rejection;
use crate::request::RequestParts;
use crate::telemetry;

pub(crate) use admit::Attempt;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use future::GuardFuture;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use future::{Admission, decided};
pub(crate) use outcome::{Outcome, Outcomes, Request};

/// One event per rejection, with a code that does not change and nothing that is secret.
fn report(rejection: &Rejection, request: &RequestParts<'_>) {
    telemetry::refused(rejection.code());
    let (code, method, path) = (rejection.code(), request.method(), request.path());
    let status = rejection.status();
    if rejection.is_failure() {
        tracing::warn!(code, status, method, path, "refused a request");
    } else {
        tracing::debug!(code, status, method, path, "refused a request");
    }
}
