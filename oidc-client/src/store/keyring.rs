//! Tokens in the keyring of the operating system.

use std::path::Path;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};

use super::file::FileStore;
use super::{LockedEntry, StoreError, TokenStore, record};
use crate::token::Token;

const SERVICE: &str = "oidc-guard";
/// For errors, where a path is expected.
const PLACE: &str = "the keyring of the operating system";

/// Keeps tokens in the keyring of the operating system, and those that it does not take in files. Where
/// there is no keyring, all tokens are in files. The files serve as locks in any case.
///
/// | system | keyring |
/// |---|---|
/// | macOS | the keychain |
/// | Windows | the credential manager, which takes up to 2560 bytes |
/// | Linux | the kernel's key retention service (keyutils), which forgets when the machine restarts |
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
    pub fn with_files(files: FileStore) -> Self {
        let keyring = open()
            .inspect_err(
                |error| tracing::debug!(%error, "there is no keyring: tokens are in files"),
            )
            .ok();
        Self { keyring, files }
    }

    /// Whether there is a keyring.
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
    fn load(&self, key: &str) -> Result<Option<Token>, StoreError> {
        match self.entry(key).map(|entry| load(&entry, key)) {
            Some(Ok(Some(token))) => Ok(Some(token)),
            Some(Err(error)) => Err(error),
            Some(Ok(None)) | None => self.files.load(key),
        }
    }

    fn lock(&self, key: &str) -> Result<Box<dyn LockedEntry>, StoreError> {
        Ok(Box::new(Locked {
            store: self.clone(),
            key: key.to_owned(),
            file: self.files.lock(key)?,
        }))
    }

    /// The tokens in files only: keyrings list nothing.
    fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.files.keys()
    }
}

/// A keyring that cannot be read, such as a locked one, has no token.
fn load(entry: &Entry, key: &str) -> Result<Option<Token>, StoreError> {
    let Ok(text) = entry.get_secret() else {
        return Ok(None);
    };
    let record = record::decode(&text, Path::new(PLACE))?;
    if record.key == key {
        Ok(Some(record.token))
    } else {
        Err(StoreError::Foreign(
            PLACE.into(),
            "it belongs to another application",
        ))
    }
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

    /// In one place only, so that an old token never comes back.
    fn save(&mut self, token: &Token) -> Result<(), StoreError> {
        self.load()?;
        let text = record::encode(&self.key, token);
        match self.store.entry(&self.key) {
            Some(entry) if entry.set_secret(&text).is_ok() => {
                self.file.remove()?;
                Ok(())
            }
            Some(entry) => {
                self.file.save(token)?;
                remove(&entry).map(drop)
            }
            None => self.file.save(token),
        }
    }

    fn remove(&mut self) -> Result<bool, StoreError> {
        let in_keyring = match self.store.entry(&self.key) {
            Some(entry) => remove(&entry)?,
            None => false,
        };
        Ok(self.file.remove()? || in_keyring)
    }
}

fn remove(entry: &Entry) -> Result<bool, StoreError> {
    match entry.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry | Error::NoStorageAccess(_)) => Ok(false),
        Err(error) => Err(StoreError::Other(format!("{PLACE} fails: {error}"))),
    }
}
