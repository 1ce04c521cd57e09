//! The matrix for terminals, documents and programs.

use std::fmt::{self, Display, Formatter};

use super::matrix::{AccessMatrix, RouteEntry};
use crate::policy::GuardRule;
use crate::policy::RuleTree;
use crate::policy::TopLevel;

/// What stands in front of the policies that the client demands.
const EVERY_TOKEN: &str = "Every token";

const HEADINGS: [&str; 4] = ["Method", "Path", "Access", "Handler"];

impl Display for AccessMatrix {
    /// An aligned table, one route a line, and then what the client demands, if anything.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rows: Vec<_> = self.routes.iter().map(RouteEntry::cells).collect();
        let mut widths = HEADINGS.map(str::len);
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        write_row(f, &HEADINGS, &widths)?;
        for row in &rows {
            write_row(f, row, &widths)?;
        }
        match self.demanded() {
            Some(rule) => writeln!(f, "\n{EVERY_TOKEN}: {}", TopLevel(rule)),
            None => Ok(()),
        }
    }
}

impl AccessMatrix {
    /// A Markdown table, and then what the client demands, if anything.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let heading = format!("| {} |\n|{}\n", HEADINGS.join(" | "), "---|".repeat(4));
        let rows = self.routes.iter().map(|route| {
            let [method, path, access, handler] = route.cells().map(|cell| code(&cell));
            format!("| {method} | {path} | {access} | {handler} |\n")
        });
        let demanded = self.demanded();
        let demanded = demanded.map(|rule| code(&TopLevel(rule).to_string()));
        let demanded = demanded.map(|rule| format!("\n{EVERY_TOKEN}: {rule}\n"));
        let table = std::iter::once(heading).chain(rows);
        table.chain(demanded).collect()
    }

    /// The matrix as an indented JSON object with the members `framework`, `routes`, and `client`
    /// if [`for_client`](Self::for_client) was called.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them always serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    fn demanded(&self) -> Option<&RuleTree> {
        self.client.as_ref().filter(|rule| !rule.is_nothing())
    }
}

impl RouteEntry {
    fn cells(&self) -> [String; 4] {
        [
            self.method.to_owned(),
            self.path.clone(),
            in_a_row(&self.guards),
            self.described_handler(),
        ]
    }

    /// The handler and where its policy was written.
    pub(super) fn described_handler(&self) -> String {
        match self.location {
            Some((file, line)) => format!("{} ({file}:{line})", self.handler),
            None => self.handler.clone(),
        }
    }
}

/// Several guards as the request meets them.
pub(super) fn in_a_row(guards: &[GuardRule]) -> String {
    let guards: Vec<_> = guards.iter().map(ToString::to_string).collect();
    guards.join(" > ")
}

fn write_row(f: &mut Formatter<'_>, cells: &[impl AsRef<str>], widths: &[usize]) -> fmt::Result {
    let padded: Vec<_> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| format!("{:width$}", cell.as_ref()))
        .collect();
    writeln!(f, "{}", padded.join("  ").trim_end())
}

/// A code span in a table cell; a bar would end the cell, even in code.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|").replace('`', "'"))
}
