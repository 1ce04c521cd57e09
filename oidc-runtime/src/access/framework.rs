//! How the frameworks choose between routes.

use serde::{Deserialize, Serialize};

/// The framework whose rules determine which route serves a request.
///
/// ```
/// use oidc::access::Framework;
///
/// let axum: oidc::axum::Router = oidc::axum::Router::new();
/// assert_eq!(axum.access().framework, Framework::Axum);
/// let actix = oidc::actix::scope("/api");
/// assert_eq!(actix.access().framework, Framework::ActixWeb);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Framework {
    /// axum: the route of the method at the most specific path. `HEAD` is served by the `GET` route
    /// unless it has its own.
    #[default]
    Axum,
    /// actix-web: the first route in the order of registration whose path and method match.
    ActixWeb,
}

/// The methods that are distinguished; `ANY` stands for every other one.
pub(super) const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "ANY",
];

impl Framework {
    /// Which of the routes at one path serves a method. `routes` are their methods in the order of
    /// registration.
    pub(super) fn serving(self, routes: &[&str], method: &str) -> Option<usize> {
        let position = |wanted: &str| routes.iter().position(|route| *route == wanted);
        match self {
            Self::Axum => {
                let general = if method == "HEAD" { "GET" } else { "ANY" };
                [method, general, "ANY"].into_iter().find_map(position)
            }
            Self::ActixWeb => routes
                .iter()
                .position(|route| *route == method || *route == "ANY"),
        }
    }
}
