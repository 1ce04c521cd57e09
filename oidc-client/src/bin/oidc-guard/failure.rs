//! Why a command could not do its work.

use serde_json::{Value, json};

use crate::exit::Exit;

/// An error for the person at the terminal, or for the script that reads standard error.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// For scripts; it never changes.
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, "usage", message)
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "error": self.code, "message": self.message })
    }
}
