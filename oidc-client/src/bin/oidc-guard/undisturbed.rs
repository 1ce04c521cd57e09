//! Signals that come while a token is renewed.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

/// Renewing takes hardly longer than that, unless the server hangs.
const PATIENCE: Duration = Duration::from_secs(5);

/// Has the signals that end a process wait for the work, but not long: whoever is interrupted between
/// sending a refresh token and storing the next one has none.
pub(crate) async fn undisturbed<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let blocked = Blocked::now();
    if let Ok(done) = timeout(PATIENCE, &mut work).await {
        return done;
    }
    drop(blocked);
    work.await
}

#[cfg(unix)]
use system::Blocked;

#[cfg(unix)]
mod system {
    use nix::sys::signal::{SigSet, SigmaskHow, Signal};

    /// Signals that wait, to this thread and those that it starts meanwhile.
    pub(super) struct Blocked(Option<SigSet>);

    impl Blocked {
        pub(super) fn now() -> Self {
            let ending = [Signal::SIGHUP, Signal::SIGINT, Signal::SIGTERM];
            let ending = SigSet::from_iter(ending);
            Self(ending.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok())
        }
    }

    impl Drop for Blocked {
        fn drop(&mut self) {
            if let Some(before) = self.0 {
                let _ = before.thread_set_mask();
            }
        }
    }
}

#[cfg(not(unix))]
struct Blocked;

#[cfg(not(unix))]
impl Blocked {
    fn now() -> Self {
        Self
    }
}
