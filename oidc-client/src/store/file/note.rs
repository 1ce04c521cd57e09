//! Keys whose tokens are kept elsewhere, for keyrings list nothing.

use std::fs;
use std::io;

use super::{FileStore, MAX_BYTES, private};
use crate::store::StoreError;

const EXTENSION: &str = "elsewhere";

impl FileStore {
    /// Notes a key whose entry is locked.
    pub(in crate::store) fn note(&self, key: &str) -> Result<(), StoreError> {
        let (new, path) = (self.path(key, "new"), self.path(key, EXTENSION));
        private::write(&new, key.as_bytes())?;
        fs::rename(&new, &path).map_err(StoreError::io(&path))
    }

    /// Removes the note of a key whose entry is locked.
    pub(in crate::store) fn remove_note(&self, key: &str) -> Result<(), StoreError> {
        let path = self.path(key, EXTENSION);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(StoreError::io(&path)),
        }
    }

    /// The keys with a note.
    pub(in crate::store) fn noted(&self) -> Result<Vec<String>, StoreError> {
        let mut keys = Vec::new();
        for path in self.files(EXTENSION)? {
            if let Some(text) = private::read(&path, MAX_BYTES)? {
                let key = String::from_utf8(text);
                keys.push(key.map_err(|_| StoreError::Foreign(path, "it is no text"))?);
            }
        }
        Ok(keys)
    }
}
