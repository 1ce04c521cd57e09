//! Files and directories that only their owner may use. Symbolic links are not followed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use crate::store::StoreError;

/// The content of a file, unless there is none. It is checked through the open file, so that nobody can
/// replace it in between.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true);
    let file = match open(&mut options, path) {
        Ok(file) => file,
        Err(StoreError::Io(_, error)) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let mut content = Vec::new();
    let read = file.take(limit + 1).read_to_end(&mut content);
    read.map_err(StoreError::io(path))?;
    if content.len() as u64 > limit {
        return Err(StoreError::Foreign(path.to_owned(), "it is too large"));
    }
    Ok(Some(content))
}

/// Fills a file that was written before, whose space is used; returns whether it is still there.
pub(super) fn overwrite(path: &Path, content: &[u8]) -> Result<bool, StoreError> {
    let mut options = OpenOptions::new();
    options.write(true);
    let mut file = match open(&mut options, path) {
        Err(StoreError::Io(_, error)) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(false);
        }
        file => file?,
    };
    let written = file.write_all(content);
    let written = written.and_then(|()| file.set_len(content.len() as u64));
    written
        .and_then(|()| file.sync_all())
        .map_err(StoreError::io(path))?;
    Ok(true)
}

/// Writes a new file, to the disk. What an interrupted process left at this place is removed.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(StoreError::io(path)(error));
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = open(&mut options, path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(StoreError::io(path))
}

/// Puts a new file in the place of another one, for good: a refresh token that was spent must not come back
/// when the machine loses its power.
pub(super) fn replace(path: &Path, new: &Path) -> Result<(), StoreError> {
    fs::rename(new, path).map_err(StoreError::io(path))?;
    // Not all file systems can, and then nothing is wrong.
    if let Some(directory) = path.parent().and_then(|path| File::open(path).ok()) {
        let _ = directory.sync_all();
    }
    Ok(())
}

pub(super) fn open_or_create(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    open(&mut options, path)
}

#[cfg(unix)]
mod system {
    use std::fs::{DirBuilder, Metadata};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};

    use nix::libc::{O_CLOEXEC, O_NOFOLLOW, O_NONBLOCK};
    use nix::unistd::geteuid;

    use super::{File, OpenOptions, Path, StoreError, fs};

    /// Everything that others may do.
    const OTHERS: u32 = 0o077;

    pub(in crate::store::file) fn open(
        options: &mut OpenOptions,
        path: &Path,
    ) -> Result<File, StoreError> {
        let flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
        let opened = options.mode(0o600).custom_flags(flags).open(path);
        let file = opened.map_err(|error| match error.raw_os_error() {
            Some(nix::libc::ELOOP) => StoreError::Foreign(path.to_owned(), "it is a symbolic link"),
            _ => StoreError::io(path)(error),
        })?;
        let metadata = file.metadata().map_err(StoreError::io(path))?;
        if !metadata.is_file() {
            return Err(StoreError::Foreign(path.to_owned(), "it is no file"));
        }
        check(path, &metadata)?;
        Ok(file)
    }

    /// Whether this is the file at the path, which may have been removed or replaced.
    pub(in crate::store::file) fn is_at(file: &File, path: &Path) -> bool {
        match (file.metadata(), fs::symlink_metadata(path)) {
            (Ok(open), Ok(there)) => (open.dev(), open.ino()) == (there.dev(), there.ino()),
            _ => false,
        }
    }

    pub(in crate::store::file) fn create_directory(path: &Path) -> Result<(), StoreError> {
        let created = DirBuilder::new().recursive(true).mode(0o700).create(path);
        created.map_err(StoreError::io(path))?;
        let metadata = fs::symlink_metadata(path).map_err(StoreError::io(path))?;
        if !metadata.is_dir() {
            return Err(StoreError::Foreign(path.to_owned(), "it is no directory"));
        }
        check(path, &metadata)
    }

    fn check(path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
        if metadata.uid() != geteuid().as_raw() {
            return Err(StoreError::Foreign(path.to_owned(), "it is another user's"));
        }
        let mode = metadata.mode() & 0o7777;
        if mode & OTHERS == 0 {
            Ok(())
        } else {
            Err(StoreError::Exposed(path.to_owned(), mode))
        }
    }
}

/// Permissions are those of the directory of the user's profile.
#[cfg(not(unix))]
mod system {
    use super::*;

    pub(in crate::store::file) fn open(
        options: &mut OpenOptions,
        path: &Path,
    ) -> Result<File, StoreError> {
        options.open(path).map_err(StoreError::io(path))
    }

    /// An open file cannot be removed here.
    pub(in crate::store::file) fn is_at(_: &File, _: &Path) -> bool {
        true
    }

    pub(in crate::store::file) fn create_directory(path: &Path) -> Result<(), StoreError> {
        fs::create_dir_all(path).map_err(StoreError::io(path))
    }
}

use system::open;
pub(super) use system::{create_directory, is_at};
