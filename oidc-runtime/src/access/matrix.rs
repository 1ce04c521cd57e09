//! The table of routes and who may call them.

use serde::Serialize;

use super::effective::EffectiveAccess;
use super::extent::Extent;
use super::framework::Framework;
#[cfg(feature = "utoipa")]
use super::{demanded::guards_for, pattern::pattern};
use crate::policy::GuardRule;
use crate::policy::RuleTree;

/// The access policy of every route of an application.
///
/// `Router::access` of `oidc::axum` and `Scope::access` of `oidc::actix` make it, and
/// [`for_client`](Self::for_client) adds the client's global policies. It prints as an aligned
/// table, [as Markdown](Self::to_markdown) and [as JSON](Self::to_json), and
/// [`assert_locked`](Self::assert_locked) is a test that fails when a route admits more callers than
/// a committed file allows.
///
/// A router that is protected has a row for unknown paths, even without a fallback: its handler is
/// `404 Not Found`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AccessMatrix {
    /// Whose routes they are.
    pub framework: Framework,
    /// What the client demands of every token; `None` until [`for_client`](Self::for_client) is
    /// called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<RuleTree>,
    /// By path; routes of one path in the order in which they were registered, a fallback last.
    pub routes: Vec<RouteEntry>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RouteEntry {
    /// `GET`, `POST`, …, or `ANY` for every method that no other route of the path serves, on
    /// actix-web no earlier one. A `GET` route of axum serves `HEAD`, too.
    pub method: &'static str,
    /// The whole path, in the framework's own notation.
    pub path: String,
    /// How much of what is below the path it serves.
    #[serde(skip_serializing_if = "Extent::is_pattern")]
    pub extent: Extent,
    /// Whom each guard lets pass, the outermost first: layers, each behind what its client demands
    /// of every token, and then the handler's own attribute.
    pub guards: Vec<GuardRule>,
    /// The handler's path from the root of its crate, or what stands in its place.
    pub handler: String,
    /// The file and the line where the handler's policy was written.
    pub location: Option<(&'static str, u32)>,
    /// Where it stands in the order of registration.
    #[serde(skip)]
    pub(super) position: usize,
}

impl AccessMatrix {
    /// The guards of the route that gets a request, by its path's pattern, with what the client
    /// demands.
    #[cfg(feature = "utoipa")]
    pub(crate) fn guards_of(&self, method: &str, path: &str) -> Option<Vec<GuardRule>> {
        let key = pattern(path);
        let routes = self
            .routes
            .iter()
            .filter(|route| pattern(&route.path) == key);
        let routes: Vec<_> = routes.collect();
        let methods: Vec<_> = routes.iter().map(|route| route.method).collect();
        let route = routes.get(self.framework.serving(&methods, method)?)?;
        Some(guards_for(self.client.as_ref(), &route.guards))
    }
}

impl RouteEntry {
    /// Whether no request without a genuine token reaches the handler.
    #[must_use]
    pub fn demands_token(&self) -> bool {
        !EffectiveAccess::of(&self.guards).anonymous
    }
}
