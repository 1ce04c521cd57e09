//! Finds routes that admit more requests than before.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::effective::EffectiveAccess;
use super::framework::METHODS;
use super::lock_file::{Lock, LockedRoute};
use super::matrix::RouteEntry;
use super::pattern::pattern;
use super::render::chain;
use super::routing::{Candidate, Table};
use super::tools::{self, ToolRows};

/// A route that admits more requests than before.
///
/// It prints as a diff of the guards:
///
/// ```
/// use oidc::access::LockError;
/// use oidc::axum::{Router, get};
///
/// #[oidc::required(scopes = "read write")]
/// async fn before() {}
///
/// #[oidc::required(scopes = "read")]
/// async fn now() {}
///
/// let router: Router<oidc::Oidc> = Router::new().route("/orders", get(before));
/// let committed = router.access().to_lock();
/// let router: Router<oidc::Oidc> = Router::new().route("/orders", get(now));
/// let Err(LockError::Loosened(routes)) = router.access().compare_lock(&committed) else {
///     panic!("the scope `write` is no longer required");
/// };
/// let diff = routes[0].to_string();
/// assert!(diff.contains(r#"- required(scopes = "read write")"#));
/// assert!(diff.contains(r#"+ required(scopes = "read")"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loosened {
    /// The route as it is now; its guards include the client's global policies.
    pub route: RouteEntry,
    /// The stricter route that served some of its requests before, likewise with the client's
    /// global policies; `None` if there was no route.
    pub before: Option<LockedRoute>,
}

/// The indices of routes that admit more requests than before, each with the index of the stricter
/// route that served some of them, if there was one.
pub(super) fn loosened(now: &Lock, before: &Lock) -> BTreeMap<usize, Option<usize>> {
    let (now_table, before_table) = (now.table(), before.table());
    let (admits, admitted) = (now.effective_access(), before.effective_access());
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
    let (now, before) = (ToolRows::of(now), ToolRows::of(before));
    for (rows, earlier) in now.calls_with(&before) {
        for row in rows {
            if !admits[row].is_at_least_as_strict_as(&admitted[earlier]) {
                loosened.entry(row).or_insert(Some(earlier));
            }
        }
    }
    loosened
}

/// A route that satisfies the condition and served some of the candidate's requests before.
fn served_before(
    candidate: &Candidate<'_>,
    now: &[Candidate<'_>],
    before: &[Candidate<'_>],
    condition: impl Fn(usize) -> bool,
) -> Option<usize> {
    let served = before.iter().filter(|earlier| {
        candidate.place.overlaps(earlier.place)
            && earlier.route.is_some_and(&condition)
            && !candidate.never_serves(earlier.place, now)
            && !earlier.never_serves(candidate.place, before)
    });
    // A route at the same place makes the clearest diff.
    let shown = served.min_by_key(|earlier| earlier.place != candidate.place);
    shown?.route
}

/// Whether the candidate serves requests at a place where there was no route.
fn is_new(candidate: &Candidate<'_>, now: &[Candidate<'_>], before: &[Candidate<'_>]) -> bool {
    let was_there =
        |earlier: &Candidate<'_>| earlier.route.is_some() && earlier.place == candidate.place;
    !before.iter().any(was_there) && !candidate.never_serves(candidate.place, now)
}

impl Lock {
    pub(super) fn table(&self) -> Table<'_> {
        let routes = self.routes.iter();
        let routes = routes.map(|route| (route.method.as_str(), route.path.as_str(), route.extent));
        Table::new(self.framework, routes)
    }

    fn effective_access(&self) -> Vec<EffectiveAccess> {
        let access = |route: &LockedRoute| {
            let guards = self.guards(route);
            if route.method == tools::METHOD {
                EffectiveAccess::of_tool(&guards)
            } else {
                EffectiveAccess::of(&guards)
            }
        };
        self.routes.iter().map(access).collect()
    }
}

impl Display for Loosened {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { route, before } = self;
        let RouteEntry { method, path, .. } = route;
        writeln!(f, "  {method} {path}: {}", route.described_handler())?;
        match before {
            Some(before) if before.method == *method && pattern(&before.path) == pattern(path) => {
                writeln!(f, "    - {}", chain(&before.guards))?;
            }
            Some(LockedRoute {
                method,
                path,
                guards,
                ..
            }) => writeln!(f, "    - {} of {method} {path}", chain(guards))?,
            None => writeln!(f, "    a new route")?,
        }
        writeln!(f, "    + {}", chain(&route.guards))
    }
}
