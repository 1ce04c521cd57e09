//! Tokens in files, one for each application.

mod directory;
mod lock;
mod name;
#[cfg(feature = "keyring")]
mod note;
mod private;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{LockedEntry, StoreError, TokenStore, record, sorted};
use crate::token::Token;
use lock::Lock;

/// A file is never larger: a response of an application is at most that.
const MAX_BYTES: u64 = 2 * 1024 * 1024;
/// The space of a token that others are hardly larger than.
const MIN_SPACE: usize = 16 * 1024;
/// How long a process waits for another one, which may be refreshing a token meanwhile.
const LOCK_LIMIT: Duration = Duration::from_secs(45);

/// Keeps tokens in files that only their owner may read (mode 0600, in a directory of mode 0700), one
/// for each application. A file is replaced as a whole or not at all, and one process at a time
/// changes it.
///
/// A file that others may use, that is not of this library, or that a newer version wrote, is an error,
/// and stays as it is. So is a directory that others may use, when something is to be stored in it.
///
/// | system | directory |
/// |---|---|
/// | Linux and others | `$XDG_STATE_HOME/oidc-guard/tokens`, by default `~/.local/state/oidc-guard/tokens` |
/// | macOS | `~/Library/Application Support/oidc-guard/tokens` |
/// | Windows | `%LOCALAPPDATA%\oidc-guard\tokens`, with the permissions of that directory |
#[derive(Clone, Debug)]
pub struct FileStore {
    directory: PathBuf,
    lock_limit: Duration,
}

impl FileStore {
    /// The directory of this user.
    pub fn new() -> Result<Self, StoreError> {
        directory::of_user()
            .map(Self::at)
            .ok_or(StoreError::NoDirectory)
    }

    /// Another directory. It is created with the first token.
    ///
    /// ```
    /// use oidc_client::{Client, FileStore};
    ///
    /// # fn main() -> Result<(), oidc_client::Error> {
    /// let client = Client::builder("https://app.example")
    ///     .store(FileStore::at("/var/lib/reports/tokens"))
    ///     .build()?;
    /// # Ok(()) }
    /// ```
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            lock_limit: LOCK_LIMIT,
        }
    }

    /// How long a process waits for another one that changes the same entry, on a thread that a runtime
    /// waits for when it shuts down. Default: 45 seconds, which is longer than a refresh takes; a longer
    /// [`timeout`](crate::ClientBuilder::timeout) of requests needs a longer limit.
    #[must_use]
    pub fn lock_limit(mut self, limit: Duration) -> Self {
        self.lock_limit = limit;
        self
    }

    /// Where the files are.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn path(&self, key: &str, extension: &str) -> PathBuf {
        self.directory
            .join(format!("{}.{extension}", name::of(key)))
    }

    fn files(&self, extension: &str) -> Result<Vec<PathBuf>, StoreError> {
        let listing = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listing => listing.map_err(StoreError::io(&self.directory))?,
        };
        let paths = listing.map(|entry| entry.map(|entry| entry.path()));
        let paths: io::Result<Vec<_>> = paths.collect();
        let mut paths = paths.map_err(StoreError::io(&self.directory))?;
        paths.retain(|path| path.extension().is_some_and(|end| end == extension));
        Ok(paths)
    }

    /// The key in each of these files, or why it cannot be read.
    fn read_all(
        &self,
        extension: &str,
        key: impl Fn(Vec<u8>, &Path) -> Result<String, StoreError>,
    ) -> Vec<Result<String, StoreError>> {
        let paths = match self.files(extension) {
            Ok(paths) => paths,
            Err(error) => return vec![Err(error)],
        };
        let read = |path: &PathBuf| match private::read(path, MAX_BYTES) {
            Ok(text) => text.map(|text| key(text, path)),
            Err(error) => Some(Err(error)),
        };
        paths.iter().filter_map(read).collect()
    }
}

impl TokenStore for FileStore {
    fn load(&self, key: &str) -> Result<Option<Token>, StoreError> {
        load(&self.path(key, "json"), key)
    }

    fn lock(&self, key: &str) -> Result<Box<dyn LockedEntry>, StoreError> {
        private::create_directory(&self.directory)?;
        let lock = Lock::wait(&self.path(key, "lock"), self.lock_limit)?;
        Ok(Box::new(Locked {
            key: key.to_owned(),
            path: self.path(key, "json"),
            new: self.path(key, "new"),
            is_prepared: false,
            _lock: lock,
        }))
    }

    fn keys(&self) -> Vec<Result<String, StoreError>> {
        sorted(self.read_all("json", |text, path| {
            let key = record::decode(&text, path)?.key;
            if self.path(&key, "json") == path {
                Ok(key)
            } else {
                Err(record::of_another(path))
            }
        }))
    }
}

fn load(path: &Path, key: &str) -> Result<Option<Token>, StoreError> {
    let text = private::read(path, MAX_BYTES)?;
    text.map(|text| record::token_of(key, &text, path))
        .transpose()
}

struct Locked {
    key: String,
    path: PathBuf,
    /// What becomes the file once it is complete.
    new: PathBuf,
    /// Whether there is space for it.
    is_prepared: bool,
    _lock: Lock,
}

impl LockedEntry for Locked {
    fn load(&mut self) -> Result<Option<Token>, StoreError> {
        load(&self.path, &self.key)
    }

    /// Takes the space of the next token, which is hardly longer than twice the old one, as far as the
    /// file system keeps such promises.
    fn prepare(&mut self) -> Result<(), StoreError> {
        let old = private::read(&self.path, MAX_BYTES)?.unwrap_or_default();
        let space = (2 * old.len()).max(MIN_SPACE);
        private::write(&self.new, &vec![b' '; space])?;
        self.is_prepared = true;
        Ok(())
    }

    fn save(&mut self, token: &Token) -> Result<(), StoreError> {
        // A file that is not ours is not replaced.
        self.load()?;
        let text = record::encode(&self.key, token);
        if !std::mem::take(&mut self.is_prepared) || !private::overwrite(&self.new, &text)? {
            private::write(&self.new, &text)?;
        }
        private::replace(&self.path, &self.new)
    }

    fn remove(&mut self) -> Result<bool, StoreError> {
        if self.load()?.is_none() {
            return Ok(false);
        }
        fs::remove_file(&self.path).map_err(StoreError::io(&self.path))?;
        Ok(true)
    }
}

impl Drop for Locked {
    /// Removes what was prepared for nothing, or left by a process that was interrupted.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.new);
    }
}

#[cfg(test)]
mod tests;
