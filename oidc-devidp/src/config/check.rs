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

/// `acr_values` of a request is a list of them, separated by spaces.
pub(super) fn check_acr_values(values: &[String], field: &str) -> Result<(), Error> {
    for (index, value) in values.iter().enumerate() {
        error_if(value.is_empty() || value.contains(' '), || {
            format!("{field}[{index}] must be one value, without spaces")
        })?;
    }
    Ok(())
}
