//! Which routes let in more callers than before.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::effective::EffectiveAccess;
use super::framework::METHODS;
use super::lock_file::{Lock, LockedRoute};
use super::matrix::RouteEntry;
use super::pattern::pattern;
use super::render::in_a_row;
use super::routing::{Candidate, Table};

/// A route that lets in more callers than before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loosened {
    /// The route as it is now, with what the client demands among its guards.
    pub route: RouteEntry,
    /// The route that served some of its requests before, likewise; `None` if none did.
    pub before: Option<LockedRoute>,
}

/// The routes that serve some request more openly than before, each with the one that served it,
/// if any did, by their indices.
pub(super) fn loosened(now: &Lock, before: &Lock) -> BTreeMap<usize, Option<usize>> {
    let (now_table, before_table) = (now.table(), before.table());
    let (admits, admitted) = (now.admissions(), before.admissions());
    let mut loosened = BTreeMap::new();
    for method in METHODS {
        let now = now_table.candidates(method);
        let before = before_table.candidates(method);
        for candidate in &now {
            let Some(route) = candidate.route else {
                continue;
            };
            let admits = &admits[route];
            let is_stricter = |before: usize| !admits.is_at_least_as_strict_as(&admitted[before]);
            if let Some(stricter) = served_before(candidate, &now, &before, is_stricter) {
                loosened.entry(route).or_insert(Some(stricter));
            } else if admits.anonymous && is_new(candidate, &now, &before) {
                loosened.entry(route).or_insert(None);
            }
        }
    }
    loosened
}

/// A route that served requests of the candidate before, of those that the condition picks.
fn served_before(
    candidate: &Candidate<'_>,
    now: &[Candidate<'_>],
    before: &[Candidate<'_>],
    picks: impl Fn(usize) -> bool,
) -> Option<usize> {
    let served = before.iter().filter(|earlier| {
        candidate.place.overlaps(earlier.place)
            && earlier.route.is_some_and(&picks)
            && !candidate.never_serves(earlier.place, now)
            && !earlier.never_serves(candidate.place, before)
    });
    // The same place tells most.
    let told = served.min_by_key(|earlier| earlier.place != candidate.place);
    told?.route
}

/// Whether the candidate serves something at a place where nothing was.
fn is_new(candidate: &Candidate<'_>, now: &[Candidate<'_>], before: &[Candidate<'_>]) -> bool {
    let was_there =
        |earlier: &Candidate<'_>| earlier.route.is_some() && earlier.place == candidate.place;
    !before.iter().any(was_there) && !candidate.never_serves(candidate.place, now)
}

impl Lock {
    fn table(&self) -> Table<'_> {
        let routes = self.routes.iter();
        let routes = routes.map(|route| (route.method.as_str(), route.path.as_str(), route.extent));
        Table::new(self.framework, routes)
    }

    fn admissions(&self) -> Vec<EffectiveAccess> {
        let guards = self.routes.iter().map(|route| self.guards(route));
        guards.map(|guards| EffectiveAccess::of(&guards)).collect()
    }
}

impl Display for Loosened {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { route, before } = self;
        let RouteEntry { method, path, .. } = route;
        writeln!(f, "  {method} {path}: {}", route.described_handler())?;
        match before {
            Some(before) if before.method == *method && pattern(&before.path) == pattern(path) => {
                writeln!(f, "    - {}", in_a_row(&before.guards))?;
            }
            Some(LockedRoute {
                method,
                path,
                guards,
                ..
            }) => writeln!(f, "    - {} of {method} {path}", in_a_row(guards))?,
            None => writeln!(f, "    a new route")?,
        }
        writeln!(f, "    + {}", in_a_row(&route.guards))
    }
}
