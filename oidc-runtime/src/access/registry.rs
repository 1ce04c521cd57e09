//! Collects the routes of a router while it is built.

use std::any::type_name;

use super::extent::Extent;
use super::framework::Framework;
use super::layer::reject_guarded;
use super::matrix::{AccessMatrix, RouteEntry};
use super::pattern::pattern;
#[cfg(feature = "axum")]
use super::shape::Shape;
use crate::policy::GuardRule;
use crate::policy::PolicySpec;

/// The handler of the default 404 for unknown paths.
const NOT_FOUND: &str = "404 Not Found";

/// The routes registered so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    pub(crate) routes: Vec<RouteEntry>,
}

impl RouteEntry {
    /// A handler that carries a guard, registered by the caller.
    ///
    /// # Panics
    /// If a layer around the handler is a guard as well, because the matrix could not list it.
    #[track_caller]
    pub(crate) fn guarded<H>(method: &'static str, spec: &PolicySpec) -> Self {
        reject_guarded::<H>();
        let mut route = Self::of(method, GuardRule::from(spec), type_name::<H>());
        let registered = std::panic::Location::caller();
        let location = spec.location.map_or_else(
            || (registered.file(), registered.line()),
            |written| (written.file, written.line),
        );
        route.location = Some(location);
        route
    }

    /// A service, which cannot carry a guard.
    ///
    /// # Panics
    /// If the reason is empty.
    #[track_caller]
    pub(crate) fn unguarded<T>(path: String, extent: Extent, reason: &str) -> Self {
        assert!(
            !reason.trim().is_empty(),
            "empty reason: state why `{path}` is public"
        );
        let reason = reason.to_owned();
        let mut route = Self::of("ANY", GuardRule::Public { reason }, type_name::<T>());
        route.extent = extent;
        route.at(path)
    }

    pub(super) fn of(method: &'static str, guard: GuardRule, handler: &str) -> Self {
        Self {
            method,
            path: String::new(),
            extent: Extent::Pattern,
            guards: vec![guard],
            handler: handler.to_owned(),
            location: None,
            position: 0,
        }
    }

    /// Sets the path, to which prefixes may be added later.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Makes it serve every request below the path that no other route serves.
    pub(crate) fn into_fallback(mut self, path: &str) -> Self {
        self.method = "ANY";
        self.extent = Extent::Fallback;
        self.at(path)
    }

    /// The default 404 for unknown paths, as a fallback.
    pub(crate) fn not_found(path: &str) -> Self {
        let reason = "there is no such route".to_owned();
        let route = Self::of("ANY", GuardRule::Public { reason }, NOT_FOUND);
        route.into_fallback(path)
    }

    pub(crate) fn is_fallback(&self) -> bool {
        self.extent == Extent::Fallback
    }

    /// Puts the guards of a layer around the route.
    pub(crate) fn wrap(&mut self, layer: &[GuardRule]) {
        self.guards.splice(..0, layer.iter().cloned());
    }

    /// Whether it is anything but an unguarded 404.
    pub(crate) fn has_handler_or_guard(&self) -> bool {
        self.handler != NOT_FOUND || self.guards.len() > 1
    }

    /// The sort key by which axum chooses: of two routes that match a request, the one with the
    /// smaller key serves it.
    #[cfg(feature = "axum")]
    pub(crate) fn specificity(&self) -> impl Ord + use<> {
        Shape::of(&self.path, self.extent).specificity()
    }

    /// Whether both have the same path, apart from the names of parameters.
    #[cfg(feature = "axum")]
    pub(crate) fn shares_path_with(&self, other: &Self) -> bool {
        pattern(&self.path) == pattern(&other.path)
    }
}

impl Registry {
    pub(crate) fn of(route: RouteEntry) -> Self {
        Self {
            routes: vec![route],
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.routes.extend(other.routes);
    }

    /// Maps every path.
    pub(crate) fn map_paths(mut self, path: impl Fn(&str) -> String) -> Self {
        for route in &mut self.routes {
            route.path = path(&route.path);
        }
        self
    }

    /// Puts the guards of a layer around every route.
    pub(crate) fn wrap(&mut self, layer: &[GuardRule]) {
        for route in &mut self.routes {
            route.wrap(layer);
        }
    }

    pub(crate) fn matrix(&self, framework: Framework) -> AccessMatrix {
        let mut routes = self.routes.clone();
        for (position, route) in routes.iter_mut().enumerate() {
            route.position = position;
        }
        routes.sort_by_cached_key(|route| (pattern(&route.path), route.is_fallback()));
        AccessMatrix {
            framework,
            client: None,
            routes,
        }
    }
}

impl From<AccessMatrix> for Registry {
    fn from(matrix: AccessMatrix) -> Self {
        let mut routes = matrix.routes;
        routes.sort_by_key(|route| route.position);
        Self { routes }
    }
}
