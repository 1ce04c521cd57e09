//! Asks the store of the sessions.

use std::time::Instant;

use oidc_stores::StoreFuture;

use super::identify::SessionFailure;
use crate::telemetry;

/// Awaits what the store does. Measures how long that takes, and logs a failure.
pub(crate) async fn ask<T>(
    operation: &'static str,
    answer: StoreFuture<'_, T>,
) -> Result<T, SessionFailure> {
    let began = Instant::now();
    let answer = answer.await;
    telemetry::store_asked(operation, began.elapsed());
    answer.map_err(|error| {
        telemetry::refused("store_unavailable");
        // For operators: errors of stores contain no secrets.
        tracing::warn!(
            code = "store_unavailable",
            "the session store failed: {error:#}"
        );
        SessionFailure::StoreUnavailable
    })
}
