//! Where tokens are kept.

mod error;
mod file;
#[cfg(feature = "keyring")]
mod keyring;
mod memory;
mod nowhere;
mod record;

use std::collections::BTreeSet;
use std::fmt;

pub use error::StoreError;
pub use file::FileStore;
#[cfg(feature = "keyring")]
pub use keyring::KeyringStore;
pub use memory::MemoryStore;
pub(crate) use nowhere::Nowhere;

use crate::token::Token;

/// Keeps tokens from one program to the next, by the address of the application. Its methods may block:
/// they are called on threads for that.
///
/// Whatever changes an entry holds its lock, so that of several processes with a refresh token one
/// refreshes, and the others read what it got.
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// The stored token. It may have expired.
    fn load(&self, key: &str) -> Result<Option<Token>, StoreError>;

    /// Waits until nobody else changes this entry, and keeps others from changing it until the result is
    /// dropped.
    fn lock(&self, key: &str) -> Result<Box<dyn LockedEntry>, StoreError>;

    /// The keys of all entries, sorted, and after them why others cannot be told.
    fn keys(&self) -> Vec<Result<String, StoreError>>;
}

/// What [`TokenStore::keys`] returns, of what was found.
fn sorted(
    found: impl IntoIterator<Item = Result<String, StoreError>>,
) -> Vec<Result<String, StoreError>> {
    let mut keys = BTreeSet::new();
    let mut problems = Vec::new();
    for key in found {
        match key {
            Ok(key) => {
                keys.insert(key);
            }
            Err(error) => problems.push(Err(error)),
        }
    }
    keys.into_iter().map(Ok).chain(problems).collect()
}

/// One entry of a [`TokenStore`], locked.
pub trait LockedEntry: Send {
    /// The stored token.
    fn load(&mut self) -> Result<Option<Token>, StoreError>;

    /// Makes sure that a token can be saved, before a refresh token that serves once is spent. Default: it
    /// can.
    fn prepare(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Replaces the entry. If that fails, the old one is still there.
    fn save(&mut self, token: &Token) -> Result<(), StoreError>;

    /// Removes the entry; returns whether there was one.
    fn remove(&mut self) -> Result<bool, StoreError>;
}
