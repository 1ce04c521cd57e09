//! Builds the `WWW-Authenticate` header field.

use std::fmt::Write as _;

/// A `WWW-Authenticate` value under construction (RFC 6750 §3).
pub(super) struct Challenge(String);

impl Challenge {
    pub(super) fn new(realm: &str) -> Self {
        Self("Bearer".into()).quoted(" realm", realm)
    }

    pub(super) fn error(self, code: &str, description: &str) -> Self {
        self.parameter("error", code)
            .parameter("error_description", description)
    }

    pub(super) fn parameter(self, name: &str, value: &str) -> Self {
        self.quoted(&format!(", {name}"), value)
    }

    /// A quoted-string (RFC 9110 §5.6.4). Characters that it cannot contain are dropped.
    fn quoted(mut self, name: &str, value: &str) -> Self {
        // Writing to a string does not fail.
        let _ = write!(self.0, "{name}=\"");
        for character in value.chars().filter(|c| matches!(c, ' '..='~')) {
            if matches!(character, '"' | '\\') {
                self.0.push('\\');
            }
            self.0.push(character);
        }
        self.0.push('"');
        self
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}
