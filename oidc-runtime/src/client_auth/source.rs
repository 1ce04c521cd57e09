//! Assertions that somebody else makes: a file that is replaced, or a function of the application.

use std::error::Error;
use std::fmt;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::secret::Secret;

/// How long a request waits for an assertion.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Where the assertion for a request comes from. It is asked for each time.
#[derive(Clone)]
pub(crate) enum AssertionSource {
    File(PathBuf),
    Function(AssertionFn),
}

type AssertionFn = Arc<dyn Fn() -> AssertionFuture + Send + Sync>;
type AssertionFuture = Pin<Box<dyn Future<Output = Result<Secret, AssertionError>> + Send>>;

/// Why there is no assertion. Says nothing of the content of a file.
#[derive(Debug)]
pub(crate) struct AssertionError(String);

impl AssertionSource {
    pub(crate) fn function<F, T, E>(function: F) -> Self
    where
        F: Fn() -> T + Send + Sync + 'static,
        T: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        Self::Function(Arc::new(move || {
            let assertion = function();
            Box::pin(async {
                let assertion = assertion.await.map_err(AssertionError::of_function)?;
                used(&assertion).ok_or_else(|| AssertionError::new("the function returned nothing"))
            })
        }))
    }

    /// The assertion for one request.
    pub(crate) async fn get(&self) -> Result<Secret, AssertionError> {
        let waited = match self {
            Self::File(path) => timeout(LONGEST_WAIT, read(path.clone())).await,
            Self::Function(function) => timeout(LONGEST_WAIT, function()).await,
        };
        waited.unwrap_or_else(|_| Err(AssertionError::new("it took longer than 10 seconds")))
    }
}

impl AssertionError {
    fn new(reason: &str) -> Self {
        Self(reason.to_owned())
    }

    fn of_function<E: Into<Box<dyn Error + Send + Sync>>>(error: E) -> Self {
        Self(format!("the function failed: {}", error.into()))
    }

    fn of_file(path: &Path, reason: impl fmt::Display) -> Self {
        Self(format!("`{}` {reason}", path.display()))
    }
}

impl fmt::Display for AssertionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AssertionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Function(_) => f.write_str("Function"),
        }
    }
}

/// Another process replaces the file while this one runs, and disks can be slow.
async fn read(path: PathBuf) -> Result<Secret, AssertionError> {
    let reading = spawn_blocking(move || {
        let text = fs::read_to_string(&path)
            .map_err(|error| AssertionError::of_file(&path, format!("cannot be read: {error}")))?;
        used(&text).ok_or_else(|| AssertionError::of_file(&path, "is empty"))
    });
    let cancelled = |_| AssertionError::new("reading the file was cancelled");
    reading.await.map_err(cancelled)?
}

/// The assertion without the white space around it; `None` if there is nothing else.
fn used(text: &str) -> Option<Secret> {
    let text = text.trim();
    (!text.is_empty()).then(|| Secret::new(text))
}
