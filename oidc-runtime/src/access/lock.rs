//! `policy.lock`: what was committed as the access of every route.

use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::{env, fs, io};

use super::framework::Framework;
use super::lock_file::Lock;
use super::loosened::{Loosened, loosened};
use super::matrix::{AccessMatrix, RouteEntry};

/// Set to `1`, it makes the lock file say what the matrix says.
const UPDATE: &str = "UPDATE_POLICY_LOCK";

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
    /// The file says what the client demands of every token, and the matrix does not:
    /// [`AccessMatrix::for_client`] was not called.
    ClientUnknown,
    /// The file cannot be read or written.
    Io(io::Error),
    /// The file is not a lock file of this version.
    Malformed(serde_json::Error),
}

impl AccessMatrix {
    /// Panics if a route lets in more callers than the lock file says, and tells which.
    ///
    /// Call it in a test; a relative path starts at the package's directory there. To accept a
    /// change, run the test with `UPDATE_POLICY_LOCK=1` and commit the file, in which every route is
    /// one line.
    ///
    /// # What passes
    /// - Routes that are unchanged or stricter. Rules are compared by what they mean
    ///   ([`implies`](super::implies)), not by their text. A `check` is identified by the path of its
    ///   function; what the function does is not looked at.
    /// - A new route that demands a token, unless a stricter route served some of its requests
    ///   before.
    /// - A removed route, if its requests are answered with 404 or 405 now, or served by routes that
    ///   are as strict.
    /// - On actix-web, a different order of routes, if no request is served by a less strict one.
    ///
    /// # What fails
    /// - A route that lets in more callers than before: a weaker rule, `optional` or `public` instead
    ///   of `required`, a removed `protect`, a policy that the client no longer demands
    ///   ([`for_client`](Self::for_client)).
    /// - A route that takes over requests from a stricter one, because of its path, its method, or
    ///   on actix-web its place in the order.
    /// - A removed route whose requests now reach a less strict one, for example a public fallback.
    /// - A new public or optional route.
    /// - What cannot be decided: rules that are not known to be as strict as before, and paths with
    ///   regular expressions that may match the same requests.
    ///
    /// # What is not seen
    /// - Services added to the framework's own router, what is inside an `_unguarded` service, and
    ///   what the function of a `check` does.
    /// - Which provider, audience and keys a client accepts. The guards of a route are assumed to
    ///   agree on that.
    /// - On actix-web, that a scope or resource answers 404 or 405 by itself: its requests are assumed
    ///   to go on to the next route that matches, in the file as well.
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
        let routes = self.in_file_order();
        let now = Lock::of(self, &routes);
        if now == committed {
            return Ok(LockState::Same);
        }
        if now.client.is_none() && committed.demands_something() {
            return Err(LockError::ClientUnknown);
        }
        let loosened = loosened(&now, &committed).into_iter();
        let loosened = loosened.map(|(route, before)| Loosened {
            route: RouteEntry {
                guards: now.guards(&now.routes[route]),
                ..routes[route].clone()
            },
            before: before.map(|before| committed.route(before)),
        });
        let loosened: Vec<_> = loosened.collect();
        if loosened.is_empty() {
            Ok(LockState::Outdated)
        } else {
            Err(LockError::Loosened(loosened))
        }
    }

    /// The text of the lock file: JSON with one route a line, so that a review shows what changed.
    #[must_use]
    pub fn to_lock(&self) -> String {
        Lock::of(self, &self.in_file_order()).to_text()
    }

    /// Where the order of registration decides, it is that of the file.
    fn in_file_order(&self) -> Vec<&RouteEntry> {
        let mut routes: Vec<_> = self.routes.iter().collect();
        if self.framework == Framework::ActixWeb {
            routes.sort_by_key(|route| route.position);
        }
        routes
    }
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
            Self::ClientUnknown => f.write_str(
                "the lock file says what the client demands of every token; \
                 compare it with `access().for_client(&oidc)`",
            ),
            Self::Io(error) => write!(f, "{error}; to write the file, {}", accept()),
            Self::Malformed(error) => write!(
                f,
                "not a lock file: {error}; to write it anew, {}",
                accept()
            ),
        }
    }
}

fn accept() -> String {
    format!("run the test with {UPDATE}=1 and commit the file.")
}

impl std::error::Error for LockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Loosened(_) | Self::ClientUnknown => None,
            Self::Io(error) => Some(error),
            Self::Malformed(error) => Some(error),
        }
    }
}
