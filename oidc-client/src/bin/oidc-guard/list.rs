//! `list`: the servers that somebody has signed in to.

use std::time::SystemTime;

use serde_json::Value;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::held;
use crate::output::{Output, style};
use crate::store::{self, Entry};

/// List the servers that you are signed in to
#[derive(clap::Args, Debug)]
pub(crate) struct Args {}

pub(crate) fn run(output: Output) -> Result<Exit, Failure> {
    let entries = store::entries()?;
    let json = |entry: &Entry| held::to_json(&entry.address, &entry.token);
    let json = Value::Array(entries.iter().map(json).collect());
    output.result(&json, || {
        if entries.is_empty() {
            return "Nobody is signed in.\n".to_owned();
        }
        let now = SystemTime::now();
        let line = |entry: &Entry| {
            let validity = held::to_text(&entry.token, now);
            format!("{}  {validity}\n", style::strong(&entry.address))
        };
        entries.iter().map(line).collect()
    })?;
    Ok(Exit::Success)
}
