//! How often the code of each tool was entered.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;

/// Since the program started, by every MCP server in it.
pub(super) static RUNS: Runs = Runs {
    list_notes: AtomicU64::new(0),
    delete_note: AtomicU64::new(0),
    purge: AtomicU64::new(0),
    whoami: AtomicU64::new(0),
};

#[derive(Serialize)]
pub(super) struct Runs {
    pub(super) list_notes: AtomicU64,
    pub(super) delete_note: AtomicU64,
    pub(super) purge: AtomicU64,
    pub(super) whoami: AtomicU64,
}

pub(super) fn count(tool: &AtomicU64) {
    tool.fetch_add(1, Ordering::Relaxed);
}
