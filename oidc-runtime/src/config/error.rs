//! Errors in the configuration.

use std::fmt;

use super::env::variables;

/// The configuration is invalid. The message names every missing or malformed setting with its
/// environment variables, on one line and without secrets. Returned by
/// [`OidcBuilder::build`](crate::OidcBuilder::build).
///
/// ```
/// let error = oidc::Oidc::builder().client_id("app").build().unwrap_err();
/// assert_eq!(error.fields().collect::<Vec<_>>(), ["discovery_url"]);
/// assert!(error.to_string().contains("OIDC_DISCOVERY_URL"));
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

#[derive(Debug, PartialEq, Eq)]
struct Problem {
    field: &'static str,
    message: String,
}

impl ConfigError {
    pub(crate) fn new(field: &'static str, message: &str) -> Self {
        let mut problems = Problems::default();
        problems.add(field, message);
        problems.into_error()
    }

    /// The names of the settings that have to be corrected. One with several mistakes occurs several
    /// times.
    ///
    /// ```
    /// let error = oidc::Oidc::builder().realm("caf\u{e9}").build().unwrap_err();
    /// let fields: Vec<_> = error.fields().collect();
    /// assert_eq!(fields, ["client_id", "discovery_url", "realm"]);
    /// ```
    pub fn fields(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.problems.iter().map(|problem| problem.field)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid OIDC configuration: ")?;
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}`{}`", problem.field)?;
            let variables = variables(problem.field);
            if !variables.is_empty() {
                write!(f, " ({})", variables.join(" or "))?;
            }
            write!(f, " {}", problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// A setting whose environment variable may be malformed, as the error describes. A method of the
/// builder replaces either.
pub(super) type Setting<T> = Option<Result<T, String>>;

/// Collects mistakes, so that all are reported at once.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push(Problem {
            field,
            message: message.into(),
        });
    }

    /// Returns the value, or records the error.
    pub(crate) fn check<T, E: fmt::Display>(
        &mut self,
        field: &'static str,
        result: Result<T, E>,
    ) -> Option<T> {
        result
            .map_err(|error| self.add(field, error.to_string()))
            .ok()
    }

    /// Returns the value of a setting, if it has one, or records the error.
    pub(crate) fn take<T>(&mut self, field: &'static str, setting: &mut Setting<T>) -> Option<T> {
        self.check(field, setting.take()?)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a mistake in this setting was recorded.
    #[cfg(feature = "sessions")]
    pub(crate) fn has(&self, field: &str) -> bool {
        self.0.iter().any(|problem| problem.field == field)
    }

    /// Adds the mistakes in a part of the setting `field`, which the prefix names.
    pub(crate) fn add_all(&mut self, field: &'static str, prefix: &str, part: Self) {
        for problem in part.0 {
            let message = format!("{prefix} `{}` {}", problem.field, problem.message);
            self.add(field, message);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_error(self) -> ConfigError {
        ConfigError { problems: self.0 }
    }
}
