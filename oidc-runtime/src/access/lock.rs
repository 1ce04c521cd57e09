//! `policy.lock`: what was committed as the access of every route.

use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::{env, fs, io};

use serde::{Deserialize, Serialize};

use super::admission::Admission;
use super::matrix::{AccessMatrix, RouteEntry};
use super::methods::{METHODS, serving};
use super::pattern::pattern;
use super::render::in_a_row;
use super::route_access::RouteAccess;

/// Set to `1`, it makes the lock file say what the matrix says.
const UPDATE: &str = "UPDATE_POLICY_LOCK";

const VERSION: u32 = 1;

/// How a matrix compares with a lock file that it does not loosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockState {
    /// They say the same.
    Same,
    /// Routes were added with a guard, removed, or made stricter. Until the file is updated, it
    /// does not protect what is new.
    Outdated,
    /// The file was written, because `UPDATE_POLICY_LOCK` is `1`.
    Updated,
}

/// Why a matrix does not pass.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// Routes let in callers whom the lock file does not.
    Loosened(Vec<Loosened>),
    /// The file cannot be read or written.
    Io(io::Error),
    /// The file is not a lock file of this version.
    Malformed(serde_json::Error),
}

/// A route that lets in more callers than before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loosened {
    /// The route as it is now.
    pub route: RouteEntry,
    /// Its guards before; `None` for a route that is new.
    pub before: Option<Vec<RouteAccess>>,
}

impl AccessMatrix {
    /// Panics if a route lets in more callers than the lock file says, and tells which.
    ///
    /// Call it in a test. A relative path starts at the package's directory there. What passes: the
    /// same routes, stricter ones, removed ones, and new ones that demand a token. What fails: a
    /// route whose rule was removed or weakened, or is not known to be as strict as before, a route
    /// that became optional or public, and a new route that is. Rules are compared by what they
    /// mean ([`implies`](super::implies)), not by their text.
    ///
    /// To accept a change, run the test with `UPDATE_POLICY_LOCK=1` and commit the file, in which
    /// every route is one line.
    ///
    /// # Panics
    /// As said, and when the file is missing or malformed.
    #[track_caller]
    pub fn assert_locked(&self, path: impl AsRef<Path>) {
        if let Err(error) = self.check_lock(&path) {
            panic!("{}: {error}", path.as_ref().display());
        }
    }

    /// Does what [`assert_locked`](Self::assert_locked) does, without panicking.
    pub fn check_lock(&self, path: impl AsRef<Path>) -> Result<LockState, LockError> {
        let path = path.as_ref();
        if env::var_os(UPDATE).is_some_and(|value| value == "1") {
            fs::write(path, self.to_lock()).map_err(LockError::Io)?;
            return Ok(LockState::Updated);
        }
        let committed = fs::read_to_string(path).map_err(LockError::Io)?;
        self.compare_lock(&committed)
    }

    /// Compares with the text of a lock file.
    pub fn compare_lock(&self, committed: &str) -> Result<LockState, LockError> {
        let committed: Lock = serde_json::from_str(committed).map_err(LockError::Malformed)?;
        let loosened = loosened(&self.routes, &committed.routes);
        if !loosened.is_empty() {
            return Err(LockError::Loosened(loosened));
        }
        if committed == Lock::of(self) {
            Ok(LockState::Same)
        } else {
            Ok(LockState::Outdated)
        }
    }

    /// The text of the lock file: JSON with one route a line, so that a review shows what changed.
    #[must_use]
    pub fn to_lock(&self) -> String {
        let lines = Lock::of(self).routes.into_iter().map(|route| {
            // Strings, numbers and lists of them always serialize.
            serde_json::to_string(&route).unwrap_or_default()
        });
        let lines: Vec<_> = lines.map(|line| format!("\n    {line}")).collect();
        format!(
            "{{\n  \"version\": {VERSION},\n  \"routes\": [{}\n  ]\n}}\n",
            lines.join(",")
        )
    }
}

#[derive(PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lock {
    #[serde(deserialize_with = "known_version")]
    version: u32,
    routes: Vec<LockedRoute>,
}

#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LockedRoute {
    method: String,
    path: String,
    guards: Vec<RouteAccess>,
}

impl Lock {
    fn of(matrix: &AccessMatrix) -> Self {
        let routes = matrix.routes.iter().map(|route| LockedRoute {
            method: route.method.to_owned(),
            path: route.path.clone(),
            guards: route.guards.clone(),
        });
        Self {
            version: VERSION,
            routes: routes.collect(),
        }
    }
}

fn known_version<'de, D: serde::Deserializer<'de>>(input: D) -> Result<u32, D::Error> {
    let version = u32::deserialize(input)?;
    if version == VERSION {
        return Ok(version);
    }
    Err(serde::de::Error::custom(format_args!(
        "version {version} of the lock file is not known; this is version {VERSION}"
    )))
}

/// The routes that serve some request more openly than before.
fn loosened(now: &[RouteEntry], before: &[LockedRoute]) -> Vec<Loosened> {
    let loosens = |route: &RouteEntry| {
        let key = pattern(&route.path);
        let beside = now.iter().filter(|other| pattern(&other.path) == key);
        let beside: Vec<_> = beside.map(|other| other.method).collect();
        let before = before.iter().filter(|locked| pattern(&locked.path) == key);
        let before: Vec<_> = before.collect();
        let mut served = METHODS
            .iter()
            .filter(|method| serving(&beside, method) == Some(route.method));
        served.find_map(|method| loosened_from(route, served_before(&before, method)))
    };
    now.iter().filter_map(loosens).collect()
}

fn loosened_from(route: &RouteEntry, before: Option<&[RouteAccess]>) -> Option<Loosened> {
    let now = Admission::of(&route.guards);
    let stays_closed = match before {
        Some(before) => now.is_at_least_as_strict_as(&Admission::of(before)),
        None => !now.anonymous,
    };
    (!stays_closed).then(|| Loosened {
        route: route.clone(),
        before: before.map(<[_]>::to_vec),
    })
}

fn served_before<'l>(routes: &[&'l LockedRoute], method: &str) -> Option<&'l [RouteAccess]> {
    let methods: Vec<_> = routes.iter().map(|route| route.method.as_str()).collect();
    let serving = serving(&methods, method)?;
    let route = routes.iter().find(|route| route.method == serving)?;
    Some(&route.guards)
}

impl Display for LockError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loosened(routes) => {
                let routes_are = match routes.len() {
                    1 => "1 route is".to_owned(),
                    several => format!("{several} routes are"),
                };
                writeln!(f, "{routes_are} open to more callers than before")?;
                routes.iter().try_for_each(|route| write!(f, "{route}"))?;
                write!(f, "If that is meant, {}", accept())
            }
            Self::Io(error) => write!(f, "{error}; to write the file, {}", accept()),
            Self::Malformed(error) => write!(f, "not a lock file: {error}"),
        }
    }
}

fn accept() -> String {
    format!("run the test with {UPDATE}=1 and commit the file.")
}

impl Display for Loosened {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { route, before } = self;
        let RouteEntry { method, path, .. } = route;
        writeln!(f, "  {method} {path}: {}", route.described_handler())?;
        match before {
            Some(before) => writeln!(f, "    - {}", in_a_row(before))?,
            None => writeln!(f, "    a new route")?,
        }
        writeln!(f, "    + {}", in_a_row(&route.guards))
    }
}

impl std::error::Error for LockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Loosened(_) => None,
            Self::Io(error) => Some(error),
            Self::Malformed(error) => Some(error),
        }
    }
}
