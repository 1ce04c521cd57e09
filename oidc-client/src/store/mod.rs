//! Where tokens are kept.

mod error;
mod file;
#[cfg(feature = "keyring")]
mod keyring;
mod memory;
mod nowhere;
mod record;

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

    /// The keys of all entries, sorted.
    fn keys(&self) -> Result<Vec<String>, StoreError>;
}

/// One entry of a [`TokenStore`], locked.
pub trait LockedEntry: Send {
    /// The stored token.
    fn load(&mut self) -> Result<Option<Token>, StoreError>;

    /// Replaces the entry. If that fails, the old one is still there.
    fn save(&mut self, token: &Token) -> Result<(), StoreError>;

    /// Removes the entry; returns whether there was one.
    fn remove(&mut self) -> Result<bool, StoreError>;
}
