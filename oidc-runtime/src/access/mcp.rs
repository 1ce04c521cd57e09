//! An MCP server and its tools in the access matrix.

use std::any::type_name;

use super::demanded::demands;
use super::extent::Extent;
use super::matrix::RouteEntry;
use super::registry::Registry;
use super::tools;
use crate::mcp::McpLayer;
use crate::policy::{GuardRule, PolicySpec};

impl Registry {
    /// The rows of a server: one for all its requests, at a pattern below `path`, and one for the calls
    /// of each tool.
    pub(crate) fn of_mcp<S>(layer: &McpLayer, path: &str, below: String) -> Self {
        let guard = &layer.guard;
        let demanded = demands(&guard.oidc);
        let base = || GuardRule::from(guard.base).behind(&demanded);
        let row = |method, path: String, guards, spec: &PolicySpec, handler: &str| RouteEntry {
            guards,
            location: spec.location.map(|written| (written.file, written.line)),
            ..RouteEntry::of(method, GuardRule::from(spec), handler).at(path)
        };
        let server = RouteEntry {
            extent: Extent::Prefix,
            ..row("ANY", below, base(), guard.base, type_name::<S>())
        };
        let tools = guard.tools.rules().map(|(name, rule)| {
            let mut guards = base();
            guards.push(GuardRule::from(rule));
            let handler = name.unwrap_or_default();
            row(
                tools::METHOD,
                tools::path(path, name),
                guards,
                rule,
                handler,
            )
        });
        Self {
            routes: std::iter::once(server).chain(tools).collect(),
        }
    }
}
