//! Locks that outlive a panic, and waiting.

use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::runtime::Builder;

/// Locks even when another thread panicked: a failed assertion must not fail its neighbours.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a future, whether or not the caller has a runtime.
pub(crate) fn wait_for<T: Send>(future: impl Future<Output = T> + Send) -> T {
    let run = || {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime
            .expect("the system can wait for events")
            .block_on(future)
    };
    let result = thread::scope(|scope| scope.spawn(run).join());
    result.unwrap_or_else(|panic| resume_unwind(panic))
}
