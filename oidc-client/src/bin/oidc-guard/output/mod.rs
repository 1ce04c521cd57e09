//! What is printed, and where.

pub(crate) mod style;
pub(crate) mod text;

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde::Serialize;
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

pub(crate) fn print_json(json: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(json).expect("maps have texts as keys");
    print(&format!("{}\n", escaped(&text)))
}

/// Tells a program on standard error something that is not the result, on one line.
pub(crate) fn tell_json(json: &Value) {
    tell(&escaped(&json.to_string()));
}

/// Prints a text that ends with a line break.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    written(anstream::stdout().write_all(text.as_bytes())).map(|_| ())
}

/// Prints a part of something long, as it is.
pub(crate) fn part(bytes: &[u8]) -> Result<Reader, Failure> {
    let mut stdout = io::stdout().lock();
    written(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// Whoever reads standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Reads,
    /// Such as `head`, which has read enough.
    Left,
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

fn written(result: io::Result<()>) -> Result<Reader, Failure> {
    match result {
        Ok(()) => Ok(Reader::Reads),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Reader::Left),
        Err(error) => Err(Failure::new(
            Exit::Failure,
            "output",
            format!("could not print the result: {error}"),
        )),
    }
}
