//! Refresh tokens that may have been spent, and whose successors are not stored yet.

use std::sync::LazyLock;

use tokio::sync::watch;

static COUNT: LazyLock<watch::Sender<usize>> = LazyLock::new(|| watch::Sender::new(0));

/// Counts as long as it lives.
pub(super) struct UnderWay(());

impl UnderWay {
    pub(super) fn begin() -> Self {
        COUNT.send_modify(|count| *count += 1);
        Self(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        COUNT.send_modify(|count| *count -= 1);
    }
}

/// Waits until no refresh token is being spent in this process: for programs that are about to end. A
/// refresh token may serve once only, and whoever ends between sending it and storing the next one has
/// none.
///
/// ```
/// # async fn work() {}
/// # async fn shown() {
/// work().await;
/// oidc_client::renewals_finished().await;
/// # }
/// ```
pub async fn renewals_finished() {
    // The sender lives as long as the process.
    let _ = COUNT.subscribe().wait_for(|count| *count == 0).await;
}
