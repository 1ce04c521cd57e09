//! How long an operation may take.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::StoreError;

/// Long enough for a lock or a reconnection, short enough for a user who waits for a page.
const LIMIT: Duration = Duration::from_secs(4);

/// When an operation that starts now has to be done.
pub(crate) fn deadline() -> Instant {
    Instant::now() + LIMIT
}

pub(crate) async fn until<T>(
    deadline: Instant,
    operation: impl Future<Output = T>,
) -> Result<T, StoreError> {
    timeout_at(deadline, operation)
        .await
        .map_err(|elapsed| StoreError::new("the session store does not respond", elapsed))
}
