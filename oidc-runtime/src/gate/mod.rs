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

use crate::answer::Rejection;
use crate::request::RequestParts;
use crate::telemetry;

pub(crate) use admit::Attempt;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub use future::GuardFuture;
#[cfg(any(feature = "axum", feature = "actix-web"))]
pub(crate) use future::{Admission, decided};
pub use guard::{Guard, GuardLayer};
pub(crate) use outcome::{Outcome, OutcomeStore, Outcomes};

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
