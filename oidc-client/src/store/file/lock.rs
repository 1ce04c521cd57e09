//! A lock that excludes other processes.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::private;
use crate::store::StoreError;

const PAUSE: Duration = Duration::from_millis(20);

/// Released when it is dropped, and when the process ends in any way.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock, which is a file of its own, so that what it protects can be replaced.
    pub(super) fn wait(path: &Path, limit: Duration) -> Result<Self, StoreError> {
        let began = Instant::now();
        let mut file = private::open_or_create(path)?;
        loop {
            match file.try_lock() {
                Ok(()) if private::is_at(&file, path) => return Ok(Self { _file: file }),
                // Others lock the file that has taken its place.
                Ok(()) => file = private::open_or_create(path)?,
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(StoreError::io(path)(error)),
            }
            if began.elapsed() >= limit {
                return Err(StoreError::Locked(path.to_owned()));
            }
            thread::sleep(PAUSE);
        }
    }
}
