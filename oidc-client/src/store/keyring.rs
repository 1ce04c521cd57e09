//! Tokens in the keyring of the operating system.

use std::path::Path;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
#[cfg(target_os = "linux")]
use linux_keyutils::{KeyRing, KeyRingIdentifier};

use super::file::FileStore;
use super::{LockedEntry, StoreError, TokenStore, record, sorted};
use crate::token::Token;

const SERVICE: &str = "oidc-guard";
/// For errors, where a path is expected.
const PLACE: &str = "the keyring of the operating system";

/// Keeps tokens in the keyring of the operating system, and those that it does not take in files. Where
/// there is no keyring, all tokens are in files. The files serve as locks in any case. A keyring that
/// cannot be read, such as a locked one, is an error.
///
/// | system | keyring |
/// |---|---|
/// | macOS | the keychain |
/// | Windows | the credential manager, which takes up to 2560 bytes |
/// | Linux | the kernel's key retention service (keyutils), if it has persistent keyrings; it forgets when the machine restarts, and what nobody has used for some days |
///
/// The secret service of Linux desktops is not used: its protocol needs a second cryptography.
#[derive(Clone, Debug)]
pub struct KeyringStore {
    keyring: Option<Arc<CredentialStore>>,
    files: FileStore,
}

impl KeyringStore {
    /// The keyring, and the files of this user.
    pub fn new() -> Result<Self, StoreError> {
        FileStore::new().map(Self::with_files)
    }

    /// The keyring, and these files.
    #[must_use]
    pub fn with_files(files: FileStore) -> Self {
        let keyring = open()
            .inspect_err(
                |error| tracing::debug!(%error, "there is no keyring: tokens are in files"),
            )
            .ok();
        Self { keyring, files }
    }

    /// Whether there is a keyring.
    #[must_use]
    pub fn has_keyring(&self) -> bool {
        self.keyring.is_some()
    }

    fn entry(&self, key: &str) -> Option<Entry> {
        let keyring = self.keyring.as_ref()?;
        Entry::new_in_store(keyring, SERVICE, key).ok()
    }
}

#[cfg(target_os = "linux")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    // Other keyrings of the kernel end with the process or the session.
    KeyRing::get_persistent(KeyRingIdentifier::Session).map_err(|_| Error::NoDefaultStore)?;
    Ok(linux_keyutils_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

impl TokenStore for KeyringStore {
    /// What is in a file counts, for the keyring did not take it, unless a process was interrupted before it
    /// could remove the file.
    fn load(&self, key: &str) -> Result<Option<Token>, StoreError> {
        let in_keyring = || self.entry(key).map_or(Ok(None), |entry| load(&entry, key));
        let Some(in_file) = self.files.load(key)? else {
            return in_keyring();
        };
        let newer = in_keyring().ok().flatten();
        let newer = newer.filter(|token| token.obtained > in_file.obtained);
        Ok(Some(newer.unwrap_or(in_file)))
    }

    fn lock(&self, key: &str) -> Result<Box<dyn LockedEntry>, StoreError> {
        Ok(Box::new(Locked {
            store: self.clone(),
            key: key.to_owned(),
            file: self.files.lock(key)?,
        }))
    }

    fn keys(&self) -> Vec<Result<String, StoreError>> {
        let noted = self.files.noted().into_iter();
        let is_there = |key: String| Ok(self.load(&key)?.map(|_| key));
        let noted = noted.filter_map(|key| key.and_then(is_there).transpose());
        sorted(self.files.keys().into_iter().chain(noted))
    }
}

fn load(entry: &Entry, key: &str) -> Result<Option<Token>, StoreError> {
    let text = match entry.get_secret() {
        Ok(text) => text,
        Err(Error::NoEntry) => return Ok(None),
        // Such as a locked one: what is in it may be there again in a minute.
        Err(error) => return Err(failed(&error)),
    };
    record::token_of(key, &text, Path::new(PLACE)).map(Some)
}

struct Locked {
    store: KeyringStore,
    key: String,
    file: Box<dyn LockedEntry>,
}

impl LockedEntry for Locked {
    fn load(&mut self) -> Result<Option<Token>, StoreError> {
        self.store.load(&self.key)
    }

    /// A file can always take the place of the keyring.
    fn prepare(&mut self) -> Result<(), StoreError> {
        if self.store.keyring.is_some() {
            self.store.files.note(&self.key)?;
        }
        self.file.prepare()
    }

    fn save(&mut self, token: &Token) -> Result<(), StoreError> {
        let Some(entry) = self.store.entry(&self.key) else {
            return self.file.save(token);
        };
        if let Err(error @ (StoreError::Foreign(..) | StoreError::Newer(_))) =
            load(&entry, &self.key)
        {
            return Err(error);
        }
        self.store.files.note(&self.key)?;
        let text = record::encode(&self.key, token);
        match entry.set_secret(&text) {
            Ok(()) => self.file.remove().map(drop),
            Err(error) => {
                tracing::debug!(%error, "the keyring does not take a token: it is in a file");
                self.file.save(token)?;
                if let Err(error) = remove(&entry) {
                    tracing::debug!(%error, "an old token stays in the keyring");
                }
                Ok(())
            }
        }
    }

    fn remove(&mut self) -> Result<bool, StoreError> {
        let in_keyring = match self.store.entry(&self.key) {
            Some(entry) => remove(&entry)?,
            None => false,
        };
        self.store.files.remove_note(&self.key)?;
        Ok(self.file.remove()? || in_keyring)
    }
}

fn remove(entry: &Entry) -> Result<bool, StoreError> {
    match entry.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(error) => Err(failed(&error)),
    }
}

fn failed(error: &Error) -> StoreError {
    StoreError::Other(format!("{PLACE} fails: {error}"))
}

#[cfg(test)]
mod tests;
