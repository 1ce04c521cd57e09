//! A locked entry of a store, on threads that may wait.

use tokio::task::spawn_blocking;

use crate::store::{LockedEntry, StoreError};
use crate::token::Token;

/// The locked entry, or why there is none.
pub(super) struct Entry(Result<Box<dyn LockedEntry>, StoreError>);

impl Entry {
    pub(super) fn new(locked: Result<Box<dyn LockedEntry>, StoreError>) -> Self {
        Self(locked)
    }

    /// Makes sure that a token can be saved.
    pub(super) async fn prepare(&mut self) -> Result<(), StoreError> {
        self.with(|locked| locked.prepare()).await
    }

    /// Saves the token, or removes the entry.
    pub(super) async fn save(&mut self, token: Option<Token>) -> Result<(), StoreError> {
        let save = move |locked: &mut dyn LockedEntry| match token {
            Some(token) => locked.save(&token),
            None => locked.remove().map(drop),
        };
        self.with(save).await
    }

    async fn with(
        &mut self,
        work: impl FnOnce(&mut dyn LockedEntry) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let locked = std::mem::replace(&mut self.0, Err(interrupted()));
        let mut locked = locked?;
        let (locked, result) = blocking(move || {
            let result = work(&mut *locked);
            Ok((locked, result))
        })
        .await?;
        self.0 = Ok(locked);
        result
    }
}

/// Runs what may wait for a disk or another process.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(interrupted()))
}

pub(super) fn interrupted() -> StoreError {
    StoreError::Other("renewing or storing the token was interrupted".to_owned())
}
