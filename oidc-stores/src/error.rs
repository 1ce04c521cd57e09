use std::error::Error;
use std::fmt;

/// A failure of a session store: it is unreachable, too slow, out of order, or holds what cannot be
/// read.
///
/// It never means that a session does not exist. What a user sees is 503, and their session goes on
/// when the store works again.
///
/// `{}` prints a fixed sentence without addresses, passwords or keys. What the database or its driver
/// reported is the [`source`](Error::source), which `{:#}` appends: for the log of those who operate
/// the store, not for users.
///
/// ```
/// use oidc_stores::StoreError;
///
/// let error = StoreError::new("cannot load a session", "the disk is full");
/// assert_eq!(format!("{error}"), "cannot load a session");
/// assert_eq!(format!("{error:#}"), "cannot load a session: the disk is full");
/// ```
#[derive(Debug)]
pub struct StoreError {
    message: &'static str,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// An error with a sentence of the store and what its driver reported.
    ///
    /// ```
    /// use oidc_stores::StoreError;
    ///
    /// let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    /// let error = StoreError::new("cannot load a session", reset);
    /// assert_eq!(error.to_string(), "cannot load a session");
    /// ```
    pub fn new(message: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            message,
            source: Some(source.into()),
        }
    }

    /// An error without anything behind it.
    #[must_use]
    pub const fn message(message: &'static str) -> Self {
        Self {
            message,
            source: None,
        }
    }

    /// The error of [`SessionStore::insert`](crate::SessionStore::insert) for a key that is taken.
    #[must_use]
    pub const fn key_exists() -> Self {
        Self::message("a session with this key exists already")
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)?;
        let mut source = self.source().filter(|_| f.alternate());
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
