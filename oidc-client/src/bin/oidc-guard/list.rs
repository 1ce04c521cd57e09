//! `list`: the servers that somebody has signed in to.

use std::time::SystemTime;

use serde_json::Value;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::held;
use crate::output::text::printable;
use crate::output::{Output, style};
use crate::store::{self, Entry, Kept};

/// List the servers that you are signed in to
///
/// What cannot be read is named on standard error; the others are listed all the same.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

pub(crate) fn run(output: Output) -> Result<Exit, Failure> {
    let Kept { entries, problems } = store::kept();
    store::warn(&problems, output);
    let json = |entry: &Entry| held::to_json(&entry.address, &entry.token);
    let json = Value::Array(entries.iter().map(json).collect());
    output.result(&json, || {
        if entries.is_empty() && problems.is_empty() {
            return "Nobody is signed in.\n".to_owned();
        }
        let now = SystemTime::now();
        let line = |entry: &Entry| {
            let validity = held::to_text(&entry.token, now);
            format!("{}  {validity}\n", style::strong(printable(&entry.address)))
        };
        entries.iter().map(line).collect()
    })?;
    Ok(if problems.is_empty() {
        Exit::Success
    } else {
        Exit::Failure
    })
}
