//! Prints the matrix as a table, as Markdown and as JSON.

use std::fmt::{self, Display, Formatter};

use super::matrix::{AccessMatrix, RouteEntry};
use crate::policy::GuardRule;
use crate::policy::RuleTree;
use crate::policy::TopLevel;

/// The heading of the client's global policies.
const EVERY_TOKEN: &str = "Every token";

const HEADINGS: [&str; 4] = ["Method", "Path", "Access", "Handler"];

impl Display for AccessMatrix {
    /// Writes an aligned table with one route per line, followed by the client's global policies.
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
        match self.global_policies() {
            Some(rule) => writeln!(f, "\n{EVERY_TOKEN}: {}", TopLevel(rule)),
            None => Ok(()),
        }
    }
}

impl AccessMatrix {
    /// A Markdown table, followed by the client's global policies.
    ///
    /// ```
    /// let matrix = oidc::access::AccessMatrix::default();
    /// assert!(matrix.to_markdown().starts_with("| Method | Path | Access | Handler |"));
    /// ```
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let heading = format!("| {} |\n|{}\n", HEADINGS.join(" | "), "---|".repeat(4));
        let rows = self.routes.iter().map(|route| {
            let [method, path, access, handler] = route.cells().map(|cell| code(&cell));
            format!("| {method} | {path} | {access} | {handler} |\n")
        });
        let global = self.global_policies();
        let global = global.map(|rule| code(&TopLevel(rule).to_string()));
        let global = global.map(|rule| format!("\n{EVERY_TOKEN}: {rule}\n"));
        let table = std::iter::once(heading).chain(rows);
        table.chain(global).collect()
    }

    /// The matrix as an indented JSON object with the members `framework`, `routes`, and `client`
    /// if [`for_client`](Self::for_client) was called.
    ///
    /// ```
    /// # fn main() -> serde_json::Result<()> {
    /// let matrix = oidc::access::AccessMatrix::default();
    /// let json: serde_json::Value = serde_json::from_str(&matrix.to_json())?;
    /// assert_eq!(json["framework"], "axum");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings, numbers and lists of them always serialize.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    fn global_policies(&self) -> Option<&RuleTree> {
        self.client.as_ref().filter(|rule| !rule.is_nothing())
    }
}

impl RouteEntry {
    fn cells(&self) -> [String; 4] {
        [
            self.method.to_owned(),
            self.path.clone(),
            chain(&self.guards),
            self.described_handler(),
        ]
    }

    /// The handler and the location of its attribute.
    pub(super) fn described_handler(&self) -> String {
        match self.location {
            Some((file, line)) => format!("{} ({file}:{line})", self.handler),
            None => self.handler.clone(),
        }
    }
}

/// The guards in the order in which they see a request.
pub(super) fn chain(guards: &[GuardRule]) -> String {
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

/// A code span in a table cell, where an unescaped `|` would end the cell.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|").replace('`', "'"))
}
