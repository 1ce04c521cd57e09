//! The tools of MCP servers among the routes of a lock.

use std::collections::{BTreeMap, BTreeSet};

use super::extent::Extent;
use super::lock_file::{Lock, LockedRoute};
use super::pattern::pattern;
use super::routing::{Place, Table};

/// What the rows of tools have in place of an HTTP method.
pub(super) const METHOD: &str = "mcp";
/// Between the path of the server and the name of the tool.
const CALL: &str = " tools/call ";
/// In place of a name.
const ANY_OTHER: &str = "(any other tool)";
/// How clients call tools.
const HTTP_METHOD: &str = "POST";

/// The path of the row of a tool; of no name for all that are not listed.
pub(super) fn path(server: &str, tool: Option<&str>) -> String {
    format!("{server}{CALL}{}", tool.unwrap_or(ANY_OTHER))
}

/// The rows of the tools of one application.
pub(super) struct ToolRows<'l> {
    table: Table<'l>,
    /// By the pattern of the server's path.
    servers: BTreeMap<String, Server<'l>>,
}

#[derive(Default)]
struct Server<'l> {
    path: &'l str,
    /// The index of the row of each tool.
    rows: BTreeMap<&'l str, usize>,
}

impl<'l> ToolRows<'l> {
    pub(super) fn of(lock: &'l Lock) -> Self {
        let mut servers = BTreeMap::<_, Server<'l>>::new();
        for (index, route) in lock.routes.iter().enumerate() {
            if let Some((path, tool)) = parts(route) {
                let server = servers.entry(pattern(path)).or_default();
                server.path = path;
                server.rows.insert(tool, index);
            }
        }
        Self {
            table: lock.table(),
            servers,
        }
    }

    /// For each call of a tool that was listed before, or is now, the rows that admit it now and
    /// before. The first may be several if the server is there no longer.
    pub(super) fn calls_with<'s>(
        &'s self,
        before: &'s Self,
    ) -> impl Iterator<Item = (Vec<usize>, usize)> + 's {
        before.servers.iter().flat_map(move |(key, server)| {
            let here = self.servers.get(key);
            let listed = here.into_iter().flat_map(|here| here.rows.keys());
            let names: BTreeSet<&str> = server.rows.keys().chain(listed).copied().collect();
            names.into_iter().filter_map(move |name| {
                let now = match here {
                    Some(here) => here.row(name).into_iter().collect(),
                    None => self.routes_at(server.path),
                };
                Some((now, server.row(name)?))
            })
        })
    }

    /// The ordinary routes that calls may reach at the path of a server.
    fn routes_at(&self, path: &str) -> Vec<usize> {
        let place = Place::of(path, Extent::Pattern);
        let candidates = self.table.candidates(HTTP_METHOD);
        let here = candidates.iter().filter(|candidate| {
            candidate.place.overlaps(&place) && !candidate.never_serves(&place, &candidates)
        });
        here.filter_map(|candidate| candidate.route).collect()
    }
}

impl Server<'_> {
    /// The row that decides about a tool; `None` if it is refused.
    fn row(&self, name: &str) -> Option<usize> {
        let row = self.rows.get(name).or_else(|| self.rows.get(ANY_OTHER));
        row.copied()
    }
}

/// Server and tool, if the route is the row of one.
fn parts(route: &LockedRoute) -> Option<(&str, &str)> {
    let path = (route.method == METHOD).then_some(&*route.path)?;
    path.split_once(CALL)
}
