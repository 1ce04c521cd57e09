//! Keys whose tokens are kept elsewhere, for keyrings list nothing.

use std::fs;
use std::io;

use super::{FileStore, MAX_BYTES, private};
use crate::store::StoreError;

const EXTENSION: &str = "elsewhere";

impl FileStore {
    /// Notes a key whose entry is locked.
    pub(in crate::store) fn note(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key, EXTENSION);
        match private::read(&path, MAX_BYTES)? {
            Some(noted) if noted == key.as_bytes() => Ok(()),
            _ => private::write(&path, key.as_bytes()),
        }
    }

    /// Removes the note of a key whose entry is locked.
    pub(in crate::store) fn remove_note(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key, EXTENSION);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(StoreError::io(&path)),
        }
    }

    /// The keys with a note, or why one cannot be read.
    pub(in crate::store) fn noted(&self) -> Vec<Result<String, StoreError>> {
        self.read_all(EXTENSION, |text, path| {
            let foreign = |_| StoreError::Foreign(path.to_owned(), "it is no text");
            String::from_utf8(text).map_err(foreign)
        })
    }
}
