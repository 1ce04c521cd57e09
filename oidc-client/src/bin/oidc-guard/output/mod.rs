//! What is printed, and where.

pub(crate) mod style;
pub(crate) mod text;

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use text::escaped;

/// Results go to standard output, everything else to standard error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(crate) fn is_json(self) -> bool {
        self.json
    }

    /// Prints a result in the form that was asked for.
    pub(crate) fn result(self, json: &Value, text: impl FnOnce() -> String) -> Result<(), Failure> {
        if self.json {
            print_json(json)
        } else {
            print(&text())
        }
    }

    pub(crate) fn failure(self, failure: &Failure) {
        if self.json {
            tell_json(&json!({ "error": failure.code, "message": failure.message }));
        } else {
            tell(&format!("{} {}", style::bad("error:"), failure.message));
        }
    }

    /// Tells of a problem that does not keep the command from its work. The code is for scripts.
    pub(crate) fn warning(self, code: &str, message: &str) {
        if self.json {
            tell_json(&json!({ "warning": code, "message": message }));
        } else {
            tell(&format!("{} {message}", style::doubtful("warning:")));
        }
    }
}

pub(crate) fn print_json(json: &Value) -> Result<(), Failure> {
    print(&escaped(&format!("{json:#}\n")))
}

/// Tells a program on standard error something that is not the result, on one line.
pub(crate) fn tell_json(json: &Value) {
    tell(&escaped(&json.to_string()));
}

/// Prints a text that ends with a line break.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    written(anstream::stdout().write_all(text.as_bytes()))
}

/// Prints bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    written(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Tells the person at the terminal something that is not the result.
pub(crate) fn tell(text: &str) {
    // Nobody is left to be told that nobody reads standard error.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether a person sees standard output.
pub(crate) fn is_on_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whoever closes the pipe, such as `head`, has read enough.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Failure,
            "output",
            format!("could not print the result: {error}"),
        )),
        _ => Ok(()),
    }
}
