//! Tokens of one process.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::{LockedEntry, StoreError, TokenStore};
use crate::token::Token;

/// Keeps tokens in memory, as long as the process lives. Clones share them.
///
/// ```
/// use oidc_client::{Client, MemoryStore};
///
/// # fn main() -> Result<(), oidc_client::Error> {
/// let client = Client::builder("https://app.example")
///     .store(MemoryStore::default())
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryStore(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    entries: Mutex<BTreeMap<String, Entry>>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct Entry {
    token: Option<Token>,
    is_locked: bool,
}

impl Shared {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryStore {
    fn load(&self, key: &str) -> Result<Option<Token>, StoreError> {
        let entries = self.0.entries();
        Ok(entries.get(key).and_then(|entry| entry.token.clone()))
    }

    fn lock(&self, key: &str) -> Result<Box<dyn LockedEntry>, StoreError> {
        let mut entries = self.0.entries();
        while entries.get(key).is_some_and(|entry| entry.is_locked) {
            let woken = self.0.released.wait(entries);
            entries = woken.unwrap_or_else(PoisonError::into_inner);
        }
        entries.entry(key.to_owned()).or_default().is_locked = true;
        Ok(Box::new(Locked {
            shared: Arc::clone(&self.0),
            key: key.to_owned(),
        }))
    }

    fn keys(&self) -> Vec<Result<String, StoreError>> {
        let entries = self.0.entries();
        let kept = entries.iter().filter(|(_, entry)| entry.token.is_some());
        kept.map(|(key, _)| Ok(key.clone())).collect()
    }
}

struct Locked {
    shared: Arc<Shared>,
    key: String,
}

impl Locked {
    fn replace(&self, token: Option<Token>) -> Option<Token> {
        let mut entries = self.shared.entries();
        let entry = entries.entry(self.key.clone()).or_default();
        std::mem::replace(&mut entry.token, token)
    }
}

impl LockedEntry for Locked {
    fn load(&mut self) -> Result<Option<Token>, StoreError> {
        let entries = self.shared.entries();
        Ok(entries.get(&self.key).and_then(|entry| entry.token.clone()))
    }

    fn save(&mut self, token: &Token) -> Result<(), StoreError> {
        self.replace(Some(token.clone()));
        Ok(())
    }

    fn remove(&mut self) -> Result<bool, StoreError> {
        Ok(self.replace(None).is_some())
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        if let Some(entry) = self.shared.entries().get_mut(&self.key) {
            entry.is_locked = false;
        }
        self.shared.released.notify_all();
    }
}
