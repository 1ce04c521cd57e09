//! Tokens in the keyring of the operating system.

use std::path::Path;
use std::sync::Arc;

use keyring_core::{CredentialStore, Entry, Error};
#[cfg(target_os = "linux")]
use linux_keyutils::{KeyRing, KeyRingIdentifier};

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
/// | Linux | the kernel's key retention service (keyutils), if it has persistent keyrings; it forgets when the machine restarts |
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

    fn keys(&self) -> Result<Vec<String>, StoreError> {
        let mut keys = self.files.keys()?;
        for key in self.files.noted()? {
            if self.load(&key)?.is_some() {
                keys.push(key);
            }
        }
        keys.sort();
        keys.dedup();
        Ok(keys)
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
        let Some(entry) = self.store.entry(&self.key) else {
            return self.file.save(token);
        };
        self.store.files.note(&self.key)?;
        if entry.set_secret(&text).is_ok() {
            return self.file.remove().map(drop);
        }
        self.file.save(token)?;
        remove(&entry)?;
        self.store.files.remove_note(&self.key)
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
        Err(Error::NoEntry | Error::NoStorageAccess(_)) => Ok(false),
        Err(error) => Err(StoreError::Other(format!("{PLACE} fails: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use keyring_core::mock;
    use oidc_runtime::for_client::Secret;

    use super::*;

    const KEY: &str = "https://app.example/api";

    fn token(text: &str) -> Token {
        Token {
            access_token: Secret::new(text),
            refresh_token: None,
            scope: None,
            obtained: UNIX_EPOCH,
            expires: None,
            refresh_expires: None,
            unkept: None,
        }
    }

    #[test]
    fn what_is_in_the_keyring_is_listed_and_in_no_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let files = FileStore::at(directory.path().join("tokens"));
        let keyring = mock::Store::new().expect("a keyring");
        let store = KeyringStore {
            keyring: Some(keyring),
            files: files.clone(),
        };
        assert!(store.keys().expect("a list").is_empty());
        let mut in_file = files.lock(KEY).expect("nobody else has it");
        in_file.save(&token("old")).expect("it is writable");
        drop(in_file);

        let mut entry = store.lock(KEY).expect("nobody else has it");
        entry.save(&token("new")).expect("it is writable");
        assert_eq!(store.keys().expect("a list"), [KEY]);
        assert!(files.load(KEY).expect("it is readable").is_none());
        let kept = store.load(KEY).expect("it is readable").expect("a token");
        assert_eq!(kept.access_token(), "new");

        assert!(entry.remove().expect("it is writable"));
        assert!(store.keys().expect("a list").is_empty());
        assert!(files.noted().expect("a list").is_empty());
    }
}
