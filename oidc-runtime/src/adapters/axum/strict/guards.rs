//! The guards of `protect`, which also apply to routes that are added later.

use ::axum::routing;

use crate::access::{Registry, guards_of};
use crate::gate::GuardLayer;

/// In order of registration: each is around those before it.
#[derive(Clone, Default)]
pub(super) struct Guards(Vec<GuardLayer<()>>);

impl Guards {
    pub(super) fn push(&mut self, guard: GuardLayer<()>) {
        self.0.push(guard);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &GuardLayer<()>> {
        self.0.iter()
    }

    pub(super) fn around_route<S>(
        &self,
        route: routing::MethodRouter<S>,
    ) -> routing::MethodRouter<S>
    where
        S: Clone + 'static,
    {
        let guards = self.0.iter().cloned();
        guards.fold(route, routing::MethodRouter::layer)
    }

    pub(super) fn around_router<S>(&self, router: ::axum::Router<S>) -> ::axum::Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let guards = self.0.iter().cloned();
        guards.fold(router, ::axum::Router::layer)
    }

    /// The routes with these guards in front of their own guards.
    pub(super) fn listed(&self, mut routes: Registry) -> Registry {
        for guard in &self.0 {
            routes.wrap(&guards_of(guard));
        }
        routes
    }
}
