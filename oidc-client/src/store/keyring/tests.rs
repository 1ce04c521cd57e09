use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard};
use std::time::UNIX_EPOCH;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, Result as KeyringResult};
use oidc_runtime::for_client::Secret;
use tempfile::TempDir;

use super::*;

const KEY: &str = "https://app.example/api";
const LIMIT: usize = 1000;

/// A keyring of this process that can be locked, and takes short secrets only.
#[derive(Clone, Debug, Default)]
struct Keyring(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    is_locked: bool,
    secrets: BTreeMap<String, Vec<u8>>,
}

impl Keyring {
    fn set_locked(&self, is_locked: bool) {
        self.0.lock().expect("nobody panicked").is_locked = is_locked;
    }
}

impl CredentialStoreApi for Keyring {
    fn vendor(&self) -> String {
        "tests".to_owned()
    }

    fn id(&self) -> String {
        "tests".to_owned()
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        _: Option<&HashMap<&str, &str>>,
    ) -> KeyringResult<Entry> {
        let one = One {
            keyring: self.clone(),
            name: (service.to_owned(), user.to_owned()),
        };
        Ok(Entry::new_with_credential(Arc::new(one)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// One credential.
struct One {
    keyring: Keyring,
    name: (String, String),
}

impl One {
    fn content(&self) -> KeyringResult<MutexGuard<'_, Content>> {
        let content = self.keyring.0.lock().expect("nobody panicked");
        if content.is_locked {
            return Err(Error::NoStorageAccess("it is locked".into()));
        }
        Ok(content)
    }
}

impl CredentialApi for One {
    fn set_secret(&self, secret: &[u8]) -> KeyringResult<()> {
        let mut content = self.content()?;
        if secret.len() > LIMIT {
            return Err(Error::TooLong("secret".to_owned(), 1000));
        }
        content.secrets.insert(self.name.1.clone(), secret.to_vec());
        Ok(())
    }

    fn get_secret(&self) -> KeyringResult<Vec<u8>> {
        let content = self.content()?;
        content
            .secrets
            .get(&self.name.1)
            .cloned()
            .ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> KeyringResult<()> {
        let removed = self.content()?.secrets.remove(&self.name.1);
        removed.map(drop).ok_or(Error::NoEntry)
    }

    fn get_credential(&self) -> KeyringResult<Option<Arc<Credential>>> {
        self.get_secret().map(|_| None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some(self.name.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A store with a keyring and files, each of them by itself as well.
struct Parts {
    store: KeyringStore,
    keyring: Keyring,
    files: FileStore,
    _directory: TempDir,
}

impl Parts {
    fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let files = FileStore::at(directory.path().join("tokens"));
        let keyring = Keyring::default();
        Self {
            store: KeyringStore {
                keyring: Some(Arc::new(keyring.clone())),
                files: files.clone(),
            },
            keyring,
            files,
            _directory: directory,
        }
    }
}

fn save(store: &impl TokenStore, text: &str) -> Result<(), StoreError> {
    let token = Token {
        access_token: Secret::new(text),
        refresh_token: None,
        scope: None,
        obtained: UNIX_EPOCH,
        expires: None,
        refresh_expires: None,
        unkept: None,
    };
    store.lock(KEY)?.save(&token)
}

fn stored(store: &impl TokenStore) -> Option<String> {
    let token = store.load(KEY).expect("it is readable");
    token.map(|token| token.access_token().to_owned())
}

fn keys(store: &impl TokenStore) -> Vec<String> {
    store.keys().into_iter().filter_map(Result::ok).collect()
}

#[test]
fn what_is_in_the_keyring_is_listed_and_in_no_file() {
    let Parts { store, files, .. } = &Parts::new();
    assert!(keys(store).is_empty());
    save(files, "old").expect("it is saved");
    save(store, "new").expect("it is saved");
    assert_eq!(keys(store), [KEY]);
    assert_eq!(stored(files), None);
    assert_eq!(stored(store).as_deref(), Some("new"));

    assert!(store.lock(KEY).expect("a lock").remove().expect("removed"));
    assert!(keys(store).is_empty());
    assert!(files.noted().is_empty());
}

#[test]
fn a_locked_keyring_is_not_an_empty_one() {
    let Parts { store, keyring, .. } = &Parts::new();
    save(store, "kept").expect("it is saved");
    keyring.set_locked(true);
    assert!(store.load(KEY).is_err());
    assert!(matches!(&*store.keys(), [Err(_)]));
    assert!(store.lock(KEY).expect("a lock").remove().is_err());
    keyring.set_locked(false);
    assert_eq!(stored(store).as_deref(), Some("kept"));
    assert!(store.lock(KEY).expect("a lock").remove().expect("removed"));
}

#[test]
fn what_the_keyring_does_not_take_is_in_a_file_and_counts() {
    let Parts {
        store,
        keyring,
        files,
        ..
    } = &Parts::new();
    let long = "x".repeat(LIMIT);
    save(store, "old").expect("it is saved");
    save(store, &long).expect("it is saved");
    assert_eq!(stored(files).as_ref(), Some(&long));
    assert_eq!(stored(store).as_ref(), Some(&long));

    save(store, "short").expect("it is saved");
    assert_eq!(stored(files), None);
    assert_eq!(stored(store).as_deref(), Some("short"));

    keyring.set_locked(true);
    save(store, "newest").expect("it is saved");
    assert_eq!(stored(store).as_deref(), Some("newest"));
    keyring.set_locked(false);
    assert_eq!(stored(store).as_deref(), Some("newest"));
    assert_eq!(keys(store), [KEY]);
    assert!(store.lock(KEY).expect("a lock").remove().expect("removed"));
    assert_eq!(stored(store), None);
}

#[test]
fn what_is_not_ours_is_not_replaced() {
    let Parts { store, keyring, .. } = &Parts::new();
    for foreign in ["", r#"{"format":"oidc-client token","version":2}"#] {
        let mut content = keyring.0.lock().expect("nobody panicked");
        content.secrets.insert(KEY.to_owned(), foreign.into());
        drop(content);
        assert!(save(store, "new").is_err(), "{foreign}");
        let content = keyring.0.lock().expect("nobody panicked");
        assert_eq!(content.secrets[KEY], foreign.as_bytes());
    }
}
