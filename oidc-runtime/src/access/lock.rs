//! `policy.lock`: the committed access policy of every route.

use std::fmt::{self, Display, Formatter};
use std::path::Path;
use std::{env, fs, io};

use super::framework::Framework;
use super::lock_file::Lock;
use super::loosened::{Loosened, loosened};
use super::matrix::{AccessMatrix, RouteEntry};

/// The environment variable that, set to `1`, makes the tests write the lock file.
const UPDATE: &str = "UPDATE_POLICY_LOCK";

/// How a matrix differs from a lock file that it does not loosen.
///
/// ```
/// use oidc::access::{LockState, RouteEntry};
/// use oidc::axum::{Router, get};
///
/// #[oidc::required]
/// async fn list() {}
///
/// #[oidc::required]
/// async fn show() {}
///
/// let router: Router<oidc::Oidc> = Router::new().route("/orders", get(list));
/// let committed = router.access().to_lock();
/// assert_eq!(router.access().compare_lock(&committed)?, LockState::Same);
///
/// let router = router.route("/orders/{id}", get(show));
/// assert_eq!(router.access().compare_lock(&committed)?, LockState::Outdated);
/// # Ok::<_, oidc::access::LockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockState {
    /// They are the same.
    Same,
    /// Guarded routes were added, or routes were removed or made stricter. Loosening those is not
    /// detected until the file is updated.
    Outdated,
    /// The file was written because `UPDATE_POLICY_LOCK` is `1`.
    Updated,
}

/// Why a matrix does not pass the comparison with a lock file.
///
/// It prints the loosened routes as a diff, and how to accept the change:
///
/// ```
/// use oidc::access::LockError;
/// use oidc::axum::{Router, get};
///
/// #[oidc::required]
/// async fn before() {}
///
/// #[oidc::optional]
/// async fn now() {}
///
/// let router: Router<oidc::Oidc> = Router::new().route("/orders", get(before));
/// let committed = router.access().to_lock();
///
/// let router: Router<oidc::Oidc> = Router::new().route("/orders", get(now));
/// match router.access().compare_lock(&committed) {
///     Err(LockError::Loosened(routes)) => assert_eq!(routes[0].route.path, "/orders"),
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// Routes admit requests that they did not admit when the file was written.
    Loosened(Vec<Loosened>),
    /// The file contains the client's global policies and the matrix does not:
    /// [`AccessMatrix::for_client`] was not called.
    ClientUnknown,
    /// The file cannot be read or written.
    Io(io::Error),
    /// The file is not a lock file of this version.
    Malformed(serde_json::Error),
}

impl AccessMatrix {
    /// Panics if a route admits more requests than the lock file allows, and lists those routes.
    ///
    /// Call it in a test, where a relative path starts at the package's directory. To accept a
    /// change, run the test with `UPDATE_POLICY_LOCK=1` and commit the file, in which every route
    /// is one line.
    ///
    /// # What passes
    /// - Routes that are unchanged or stricter. Rules are compared by meaning
    ///   ([`implies`](super::implies)), not as text. A `check` is identified by the path of its
    ///   function; the body of the function is not compared.
    /// - A new route that demands a token, unless a stricter route used to serve some of its
    ///   requests.
    /// - A removed route, if its requests now get 404 or 405, or are served by routes that are at
    ///   least as strict.
    /// - On actix-web, a different order of routes, if no request is served by a less strict one.
    ///
    /// # What fails
    /// - A route that admits more requests than before: a weaker rule, `optional` or `public`
    ///   instead of `required`, a removed `protect`, a removed global policy of the client
    ///   ([`for_client`](Self::for_client)).
    /// - A route that takes over requests from a stricter one, because of its path, its method, or
    ///   on actix-web its position in the order of registration.
    /// - A removed route whose requests now reach a less strict one, for example a public fallback.
    /// - A new public or optional route.
    /// - Undecidable cases: rules that are not known to be as strict as before, and paths with
    ///   regular expressions that may match the same requests.
    ///
    /// # What is not covered
    /// - Services that are added to the framework's own router, the inside of an `_unguarded`
    ///   service, and the body of a `check` function.
    /// - Which provider, audience and keys a client accepts. The guards of a route are assumed to
    ///   accept the same ones.
    /// - On actix-web, that a scope or resource responds 404 or 405 itself: the comparison assumes
    ///   that the next matching route serves such requests, before and after the change.
    ///
    /// # Panics
    /// Panics if a route was loosened, or the file is missing or malformed.
    ///
    /// ```no_run
    /// # use oidc::{Oidc, axum::Router};
    /// # fn app() -> Router<Oidc> { Router::new() }
    /// # fn dummy() -> Oidc { unimplemented!() }
    /// // In a test:
    /// app().access().for_client(&dummy()).assert_locked("policy.lock");
    /// ```
    #[track_caller]
    pub fn assert_locked(&self, path: impl AsRef<Path>) {
        if let Err(error) = self.check_lock(&path) {
            panic!("{}: {error}", path.as_ref().display());
        }
    }

    /// Compares with a lock file like [`assert_locked`](Self::assert_locked), without panicking.
    ///
    /// # Errors
    /// If a route was loosened, or the file is missing or malformed.
    ///
    /// ```no_run
    /// # let matrix = oidc::access::AccessMatrix::default();
    /// use oidc::access::LockState;
    ///
    /// if matrix.check_lock("policy.lock")? == LockState::Outdated {
    ///     eprintln!("run the tests with UPDATE_POLICY_LOCK=1");
    /// }
    /// # Ok::<_, oidc::access::LockError>(())
    /// ```
    pub fn check_lock(&self, path: impl AsRef<Path>) -> Result<LockState, LockError> {
        let path = path.as_ref();
        if env::var_os(UPDATE).is_some_and(|value| value == "1") {
            fs::write(path, self.to_lock()).map_err(LockError::Io)?;
            return Ok(LockState::Updated);
        }
        let committed = fs::read_to_string(path).map_err(LockError::Io)?;
        self.compare_lock(&committed)
    }

    /// Compares with the contents of a lock file, such as those that [`to_lock`](Self::to_lock)
    /// returned earlier. `UPDATE_POLICY_LOCK` has no effect on it.
    ///
    /// # Errors
    /// If a route was loosened, or the text is not a lock file of this version.
    ///
    /// ```
    /// # let matrix = oidc::access::AccessMatrix::default();
    /// use oidc::access::LockError;
    ///
    /// let result = matrix.compare_lock("not JSON");
    /// assert!(matches!(result, Err(LockError::Malformed(_))));
    /// ```
    pub fn compare_lock(&self, committed: &str) -> Result<LockState, LockError> {
        let committed: Lock = serde_json::from_str(committed).map_err(LockError::Malformed)?;
        let routes = self.in_file_order();
        let now = Lock::of(self, &routes);
        if now == committed {
            return Ok(LockState::Same);
        }
        if now.client.is_none() && committed.has_global_policies() {
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

    /// The contents of the lock file: JSON with one route per line, so that a diff shows what
    /// changed.
    ///
    /// ```
    /// let matrix = oidc::access::AccessMatrix::default();
    /// assert!(matrix.compare_lock(&matrix.to_lock()).is_ok());
    /// ```
    #[must_use]
    pub fn to_lock(&self) -> String {
        Lock::of(self, &self.in_file_order()).to_text()
    }

    /// On actix-web, where the order of registration matters, the file keeps it.
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
                write!(f, "If this is intended, {}", accept())
            }
            Self::ClientUnknown => f.write_str(
                "the lock file contains the client's global policies; \
                 compare it with `access().for_client(&oidc)`",
            ),
            Self::Io(error) => write!(f, "{error}; to write the file, {}", accept()),
            Self::Malformed(error) => {
                write!(f, "not a lock file: {error}; to replace it, {}", accept())
            }
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
