//! The routes of a scope or a resource, for the access matrix.

use std::ops::{Deref, DerefMut};

use super::joined_path::joined;
use crate::access::{AccessMatrix, Framework, Registry, RouteEntry};
use crate::policy::GuardRule;

/// The path of a default service in the access matrix.
const EVERYTHING_ELSE: &str = "/{default}*";

/// The routes below a path, and the guards around all of them.
pub(super) struct Listing {
    path: String,
    registry: Registry,
    /// The default service, which comes last regardless of the order of registration. A resource
    /// has none.
    fallback: Option<RouteEntry>,
    /// The outermost first. They also apply to routes that are added later.
    layers: Vec<GuardRule>,
}

impl Listing {
    pub(super) fn of_resource(path: String) -> Self {
        Self {
            path,
            registry: Registry::default(),
            fallback: None,
            layers: Vec::new(),
        }
    }

    pub(super) fn of_scope(path: String) -> Self {
        let not_found = RouteEntry::not_found(EVERYTHING_ELSE);
        Self {
            fallback: Some(not_found),
            ..Self::of_resource(path)
        }
    }

    /// Replaces the default 404. The route's method is ignored, as by actix-web.
    pub(super) fn set_fallback(&mut self, route: Registry) {
        let fallbacks = route.routes.into_iter();
        self.fallback = fallbacks
            .map(|route| route.into_fallback(EVERYTHING_ELSE))
            .next();
    }

    /// Puts the guards of a layer around everything.
    pub(super) fn protect(&mut self, layer: Vec<GuardRule>) {
        self.layers.splice(..0, layer);
    }

    pub(super) fn access(&self) -> AccessMatrix {
        let mut registry = self.registry.clone();
        registry.routes.extend(self.fallback.clone());
        registry.wrap(&self.layers);
        registry.routes.retain(RouteEntry::has_handler_or_guard);
        let registry = registry.map_paths(|path| joined(&self.path, path));
        registry.matrix(Framework::ActixWeb)
    }
}

impl Deref for Listing {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}

impl DerefMut for Listing {
    fn deref_mut(&mut self) -> &mut Registry {
        &mut self.registry
    }
}
