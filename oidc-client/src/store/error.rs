//! Why tokens cannot be read or kept.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why tokens cannot be read or kept. Nothing was changed. Contains no secrets.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The system refuses an operation on this file or directory.
    Io(PathBuf, Arc<io::Error>),
    /// The file was not written by this library, or somebody changed it.
    Foreign(PathBuf, &'static str),
    /// Others than its owner may read or change the file or directory; the second value is its mode.
    Exposed(PathBuf, u32),
    /// A newer version of this library wrote the file.
    Newer(PathBuf),
    /// Another process holds the lock for too long.
    Locked(PathBuf),
    /// The environment does not say where files of this user are.
    NoDirectory,
    /// The keyring of the operating system, or a store of another kind, fails.
    Other(String),
}

impl StoreError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::Io(path, Arc::new(error))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => {
                write!(f, "tokens cannot be kept in `{}`: {error}", path.display())
            }
            Self::Foreign(path, problem) => write!(
                f,
                "`{}` is not a file of this program ({problem}): it was left as it is; move it away",
                path.display()
            ),
            Self::Exposed(path, mode) => write!(
                f,
                "others may use `{}` (mode {mode:04o}): take their permissions away, with `chmod go= \
                 {0}`",
                path.display()
            ),
            Self::Newer(path) => write!(
                f,
                "a newer version of this program wrote `{}`: it was left as it is",
                path.display()
            ),
            Self::Locked(path) => {
                write!(f, "another process does not release `{}`", path.display())
            }
            Self::NoDirectory => f.write_str(
                "there is no place for tokens: set HOME, or XDG_STATE_HOME (Windows: LOCALAPPDATA)",
            ),
            Self::Other(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(&**error),
            _ => None,
        }
    }
}
