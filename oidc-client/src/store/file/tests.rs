//! What the file store does with files that are not as it wrote them.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use oidc_runtime::for_client::Secret;
use tempfile::TempDir;

use super::*;

const KEY: &str = "https://app.example/api";
const OTHER: &str = "https://other.example";

fn token(text: &str) -> Token {
    Token {
        access_token: Secret::new(text),
        refresh_token: Some(Secret::new("refresh")),
        scope: Some("openid".to_owned()),
        obtained: UNIX_EPOCH + Duration::from_secs(1000),
        expires: Some(UNIX_EPOCH + Duration::from_secs(1300)),
        refresh_expires: None,
        unkept: None,
    }
}

/// A store with one entry, and the path of its file.
fn filled() -> (TempDir, FileStore, PathBuf) {
    let home = tempfile::tempdir().expect("a directory");
    let store = FileStore::at(home.path().join("state/tokens"));
    save(&store, "first").expect("it is saved");
    let path = store.path(KEY, "json");
    (home, store, path)
}

fn save(store: &FileStore, text: &str) -> Result<(), StoreError> {
    save_as(store, KEY, text)
}

fn save_as(store: &FileStore, key: &str, text: &str) -> Result<(), StoreError> {
    store.lock(key)?.save(&token(text))
}

fn keys(store: &FileStore) -> Vec<String> {
    store.keys().into_iter().filter_map(Result::ok).collect()
}

fn mode(path: &Path) -> u32 {
    let metadata = fs::metadata(path).expect("it is there");
    metadata.permissions().mode() & 0o7777
}

#[test]
fn what_is_saved_is_loaded() {
    let (_home, store, path) = filled();
    let loaded = store.load(KEY).expect("readable").expect("an entry");
    assert_eq!(loaded.access_token(), "first");
    assert_eq!(loaded.refresh_token(), Some("refresh"));
    assert_eq!(loaded.scope(), Some("openid"));
    assert_eq!(loaded.expires(), token("first").expires());
    assert_eq!(loaded.refresh_expires(), None);
    assert_eq!(keys(&store), [KEY]);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(store.directory()), 0o700);
    assert!(
        store
            .load("https://app.example")
            .expect("readable")
            .is_none()
    );
}

#[test]
fn removing_leaves_nothing_of_the_token() {
    let (_home, store, _) = filled();
    assert!(store.lock(KEY).expect("a lock").remove().expect("removed"));
    assert!(!store.lock(KEY).expect("a lock").remove().expect("nothing"));
    assert!(store.load(KEY).expect("readable").is_none());
    for entry in fs::read_dir(store.directory()).expect("a list") {
        let text = fs::read(entry.expect("an entry").path()).expect("readable");
        assert!(text.is_empty());
    }
}

#[test]
fn foreign_files_are_errors_and_stay() {
    let contents = [
        "",
        "not JSON",
        "{}",
        r#"{"https://app.example": {"token": {"access_token": "python"}}}"#,
        r#"{"format":"oidc-client token","version":2,"future":true}"#,
        r#"{"format":"oidc-client token","version":1}"#,
        r#"{"format":"oidc-client token","version":1,"key":"https://other.example","access_token":"a","obtained":1}"#,
        r#"{"format":"oidc-client token","version":1,"key":"https://app.example/api","access_token":"a\r\nb: c","obtained":1}"#,
    ];
    for content in contents {
        let (_home, store, path) = filled();
        fs::write(&path, content).expect("writable");
        assert!(store.load(KEY).is_err(), "{content}");
        assert!(save(&store, "second").is_err(), "{content}");
        assert!(
            store.lock(KEY).expect("a lock").remove().is_err(),
            "{content}"
        );
        assert_eq!(fs::read_to_string(&path).expect("readable"), content);
    }
}

#[test]
fn a_foreign_file_does_not_hide_the_others() {
    let (_home, store, path) = filled();
    save_as(&store, OTHER, "other").expect("it is saved");
    let others = fs::read_to_string(store.path(OTHER, "json")).expect("readable");
    for foreign in ["not JSON", &others] {
        fs::write(&path, foreign).expect("writable");
        let listed = store.keys();
        assert!(
            matches!(&*listed, [Ok(key), Err(StoreError::Foreign(..))] if key == OTHER),
            "{listed:?}"
        );
    }
}

#[test]
fn exposed_files_and_links_are_errors_and_stay() {
    let (home, store, path) = filled();
    let before = fs::read(&path).expect("readable");
    fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("ours");
    assert!(matches!(
        store.load(KEY),
        Err(StoreError::Exposed(_, 0o640))
    ));
    assert!(save(&store, "second").is_err());
    assert_eq!(fs::read(&path).expect("readable"), before);

    let elsewhere = home.path().join("elsewhere");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("ours");
    fs::rename(&path, &elsewhere).expect("movable");
    symlink(&elsewhere, &path).expect("a link");
    assert!(matches!(store.load(KEY), Err(StoreError::Foreign(..))));
    assert!(save(&store, "second").is_err());
    assert_eq!(fs::read(&elsewhere).expect("readable"), before);
}

#[test]
fn an_exposed_directory_is_an_error() {
    let (_home, store, _) = filled();
    fs::set_permissions(store.directory(), Permissions::from_mode(0o755)).expect("ours");
    assert!(matches!(
        save(&store, "second"),
        Err(StoreError::Exposed(..))
    ));
}

#[test]
fn what_an_interrupted_process_left_does_no_harm() {
    let (_home, store, path) = filled();
    fs::write(path.with_extension("new"), "half a tok").expect("writable");
    let loaded = store.load(KEY).expect("readable").expect("an entry");
    assert_eq!(loaded.access_token(), "first");
    save(&store, "second").expect("it is saved");
    let loaded = store.load(KEY).expect("readable").expect("an entry");
    assert_eq!(loaded.access_token(), "second");
}

#[test]
fn what_is_prepared_for_nothing_is_removed() {
    let (_home, store, path) = filled();
    let new = path.with_extension("new");
    let mut entry = store.lock(KEY).expect("a lock");
    entry.prepare().expect("there is space");
    assert!(new.exists());
    drop(entry);
    assert!(!new.exists());
    let loaded = store.load(KEY).expect("readable").expect("an entry");
    assert_eq!(loaded.access_token(), "first");

    fs::write(&new, "half a tok").expect("writable");
    assert!(store.lock(KEY).expect("a lock").remove().expect("removed"));
    assert!(!new.exists());
}

#[test]
fn what_is_prepared_is_filled() {
    let (_home, store, path) = filled();
    for text in ["short".to_owned(), "long".repeat(10_000)] {
        let mut entry = store.lock(KEY).expect("a lock");
        entry.prepare().expect("there is space");
        if text == "short" {
            fs::remove_file(path.with_extension("new")).expect("ours");
        }
        entry.save(&token(&text)).expect("it is saved");
        let loaded = entry.load().expect("readable").expect("an entry");
        assert_eq!(loaded.access_token(), text);
        assert_eq!(mode(&path), 0o600);
        entry.save(&token("again")).expect("it is saved");
    }
    let loaded = store.load(KEY).expect("readable").expect("an entry");
    assert_eq!(loaded.access_token(), "again");
}

/// Such as by a program that clears old files away.
#[test]
fn a_lock_whose_file_was_removed_is_taken_anew() {
    let (_home, store, path) = filled();
    let lock = path.with_extension("lock");
    let first = store.lock(KEY).expect("a lock");
    let waiting = thread::spawn({
        let store = store.clone();
        move || store.lock(KEY).map(drop)
    });
    // It has the old file open by then, or opens the new one.
    thread::sleep(Duration::from_millis(50));
    fs::remove_file(&lock).expect("ours");
    fs::write(&lock, "").expect("ours");
    fs::set_permissions(&lock, Permissions::from_mode(0o600)).expect("ours");
    let theirs = fs::File::open(&lock).expect("readable");
    theirs.lock().expect("nobody else has it");
    drop(first);
    thread::sleep(Duration::from_millis(100));
    assert!(!waiting.is_finished(), "it has a lock that excludes nobody");
    drop(theirs);
    waiting.join().expect("it ends").expect("a lock");
}

#[test]
fn one_holder_at_a_time() {
    let (_home, store, _) = filled();
    let hasty = store.clone().lock_limit(Duration::ZERO);
    let held = store.lock(KEY).expect("a lock");
    assert!(matches!(hasty.lock(KEY), Err(StoreError::Locked(_))));
    assert!(hasty.lock("https://other.example").is_ok());
    drop(held);
    assert!(hasty.lock(KEY).is_ok());
}
