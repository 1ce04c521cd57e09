//! How a mistake in the configuration is reported.

use crate::error::Error;

/// A configuration error when `wrong`.
pub(super) fn error_if(wrong: bool, message: impl FnOnce() -> String) -> Result<(), Error> {
    if wrong {
        Err(Error::Config(message()))
    } else {
        Ok(())
    }
}
