//! Collects routes while a router is put together.

use std::any::type_name;

use super::extent::Extent;
use super::framework::Framework;
use super::layer::refuse_guarded;
use super::matrix::{AccessMatrix, RouteEntry};
use super::pattern::pattern;
use crate::policy::GuardRule;
use crate::policy::PolicySpec;

/// The routes registered so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    pub(crate) routes: Vec<RouteEntry>,
}

impl RouteEntry {
    /// A handler that carries a guard.
    ///
    /// # Panics
    /// If a layer around the handler is a guard, too: the matrix would not show it.
    #[track_caller]
    pub(crate) fn guarded<H>(method: &'static str, spec: &PolicySpec) -> Self {
        refuse_guarded::<H>();
        let mut route = Self::of(method, GuardRule::from(spec), type_name::<H>());
        route.location = Some((spec.location.file, spec.location.line));
        route
    }

    /// Something that cannot carry a guard.
    #[track_caller]
    pub(crate) fn unguarded<T>(path: String, extent: Extent, reason: &str) -> Self {
        assert!(
            !reason.trim().is_empty(),
            "say why `{path}` is open to everyone: the reason is empty"
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

    /// A path that may still grow at the front.
    pub(crate) fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Makes it serve what no other route below the path does, whatever the method.
    pub(crate) fn into_fallback(mut self, path: &str) -> Self {
        self.method = "ANY";
        self.extent = Extent::Fallback;
        self.at(path)
    }

    pub(crate) fn is_fallback(&self) -> bool {
        self.extent == Extent::Fallback
    }
}

impl Registry {
    #[cfg(feature = "actix-web")]
    pub(crate) fn of(route: RouteEntry) -> Self {
        Self {
            routes: vec![route],
        }
    }

    pub(crate) fn push(&mut self, route: RouteEntry) {
        self.routes.push(route);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.routes.extend(other.routes);
    }

    /// Changes every path.
    pub(crate) fn move_to(mut self, path: impl Fn(&str) -> String) -> Self {
        for route in &mut self.routes {
            route.path = path(&route.path);
        }
        self
    }

    /// Puts the guards of a layer around the routes that the condition picks.
    pub(crate) fn wrap(&mut self, layer: &[GuardRule], wraps: impl Fn(&RouteEntry) -> bool) {
        for route in self.routes.iter_mut().filter(|route| wraps(route)) {
            route.guards.splice(..0, layer.iter().cloned());
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
