//! How the frameworks choose among routes.

use serde::{Deserialize, Serialize};

/// Whose rules decide which route serves a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Framework {
    /// axum: the most specific path, and then the route of the method; `HEAD` is served by the
    /// route of `GET` unless it has its own.
    #[default]
    Axum,
    /// actix-web: the first route in order of registration whose path and method match.
    ActixWeb,
}

/// The methods that are told apart; `ANY` stands for those without a name here.
pub(super) const METHODS: [&str; 10] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "ANY",
];

impl Framework {
    /// Which of the routes of one path serves a method. The routes are given by their methods, in
    /// order of registration.
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
