//! A refresh that is under way, for everybody who needs its result.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::SetOnce;
use tokio::time::timeout;

use super::live::LiveSession;

/// One refresh of a session in this process.
#[derive(Default)]
pub(crate) struct Refreshing(SetOnce<Refreshed>);

/// How a refresh ended.
#[derive(Clone)]
pub(crate) enum Refreshed {
    /// By this process or another one.
    Renewed(Arc<LiveSession>),
    /// The provider refused it, or the user signed out meanwhile.
    Ended,
    /// The session goes on as it is.
    Failed,
}

impl Refreshing {
    pub(crate) fn finish(&self, refreshed: Refreshed) {
        let _ = self.0.set(refreshed);
    }

    /// Waits for the result. A refresh that takes too long has failed for whoever waits, and goes on.
    pub(crate) async fn wait(&self, longest: Duration) -> Refreshed {
        match timeout(longest, self.0.wait()).await {
            Ok(refreshed) => refreshed.clone(),
            Err(_) => Refreshed::Failed,
        }
    }
}
