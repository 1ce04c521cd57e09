//! The fallbacks of a router and of the routers nested in it.

use std::convert::Infallible;
use std::iter::once;

use ::axum::extract::Request;
use ::axum::http::StatusCode;
use ::axum::response::IntoResponse;
use ::axum::routing::{self, Route};
use tower_layer::Layer;
use tower_service::Service;

use super::carried_state::{CarriesState, TakesState};
use super::guards::Guards;
use super::nested_path::nested;
use crate::access::{RouteEntry, guards_of};
use crate::gate::GuardLayer;

/// The path of a fallback in the access matrix.
const EVERYTHING_ELSE: &str = "/{*fallback}";

/// The fallbacks of a router and of the routers nested in it.
///
/// axum drops the fallbacks below a nested router without one of its own. They are kept here and
/// passed to axum at the end, because the guards of a nested router also apply to its unknown
/// paths.
#[derive(Clone)]
pub(super) struct Fallbacks<S> {
    own: Fallback<S>,
    nested: Vec<Fallback<S>>,
}

#[derive(Clone)]
pub(super) struct Fallback<S> {
    /// The path at which its router is nested; empty for the router's own fallback.
    prefix: String,
    route: routing::MethodRouter<S>,
    entry: RouteEntry,
    /// Whether it was registered; otherwise it is the default 404.
    is_registered: bool,
}

impl<S> Fallback<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub(super) fn new(route: routing::MethodRouter<S>, entry: RouteEntry) -> Self {
        Self {
            prefix: String::new(),
            route,
            entry: entry.into_fallback(EVERYTHING_ELSE),
            is_registered: true,
        }
    }

    fn not_found() -> Self {
        Self {
            prefix: String::new(),
            route: routing::any(async || StatusCode::NOT_FOUND),
            entry: RouteEntry::not_found(EVERYTHING_ELSE),
            is_registered: false,
        }
    }

    /// Whether it responds to unknown paths itself, instead of leaving them to the router around
    /// it.
    fn responds(&self) -> bool {
        self.entry.has_handler_or_guard()
    }

    fn protect(mut self, guard: &GuardLayer<()>) -> Self {
        self.entry.wrap(&guards_of(guard));
        self.layer(guard.clone())
    }

    fn protect_all(self, guards: &Guards) -> Self {
        guards.iter().fold(self, Self::protect)
    }

    fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        let route = self.route.layer(layer);
        Self { route, ..self }
    }

    fn with_state<S2>(self, state: S) -> Fallback<S2> {
        Fallback {
            prefix: self.prefix,
            route: self.route.with_state(state),
            entry: self.entry,
            is_registered: self.is_registered,
        }
    }

    fn nest(mut self, path: &str) -> Self {
        self.prefix = match &*self.prefix {
            "" => path.to_owned(),
            prefix => nested(path, prefix),
        };
        self.entry.path = nested(path, &self.entry.path);
        self
    }
}

impl<S> Fallbacks<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub(super) fn new() -> Self {
        Self {
            own: Fallback::not_found(),
            nested: Vec::new(),
        }
    }

    /// Replaces the router's own.
    pub(super) fn set(&mut self, own: Fallback<S>, guards: &Guards) {
        self.own = own.protect_all(guards);
    }

    /// Restores the default 404, behind the router's guards.
    pub(super) fn reset(&mut self, guards: &Guards) {
        self.set(Fallback::not_found(), guards);
    }

    pub(super) fn protect(self, guard: &GuardLayer<()>) -> Self {
        self.map(|fallback| fallback.protect(guard))
    }

    pub(super) fn layer<L>(self, layer: &L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.map(|fallback| fallback.layer(layer.clone()))
    }

    pub(super) fn with_state<S2>(self, state: &S) -> Fallbacks<S2> {
        self.map(|fallback| fallback.with_state(state.clone()))
    }

    fn map<S2>(self, change: impl Fn(Fallback<S>) -> Fallback<S2>) -> Fallbacks<S2> {
        Fallbacks {
            own: change(self.own),
            nested: self.nested.into_iter().map(change).collect(),
        }
    }

    /// Adds those of a router that is nested at the path, behind the guards of this router.
    #[track_caller]
    pub(super) fn nest(&mut self, path: &str, router: Self, guards: &Guards) {
        let own = Some(router.own).filter(Fallback::responds);
        for fallback in own.into_iter().chain(router.nested) {
            self.add(fallback.nest(path).protect_all(guards));
        }
    }

    /// Adds those of a merged router, behind the guards of this router.
    #[track_caller]
    pub(super) fn merge(&mut self, router: Self, guards: &Guards) {
        if router.own.is_registered {
            assert!(
                !self.own.is_registered,
                "both routers have a fallback; call `reset_fallback` on one of them"
            );
            self.set(router.own, guards);
        }
        for fallback in router.nested {
            self.add(fallback.protect_all(guards));
        }
    }

    /// If two routers are nested at the same path, the registered fallback applies, or else the
    /// first default 404.
    #[track_caller]
    fn add(&mut self, fallback: Fallback<S>) {
        let is_there = |known: &&mut Fallback<S>| known.entry.shares_path_with(&fallback.entry);
        match self.nested.iter_mut().find(is_there) {
            None => self.nested.push(fallback),
            Some(known) if fallback.is_registered => {
                let path = &fallback.prefix;
                assert!(
                    !known.is_registered,
                    "two routers nested at `{path}` have a fallback; call `reset_fallback` on one of them"
                );
                *known = fallback;
            }
            Some(_) => {}
        }
    }

    /// The rows of the access matrix.
    pub(super) fn entries(&self) -> impl Iterator<Item = &RouteEntry> {
        let all = once(&self.own).chain(&self.nested);
        all.filter(|fallback| fallback.responds())
            .map(|fallback| &fallback.entry)
    }

    /// Passes them to axum.
    pub(super) fn serve(self, router: ::axum::Router<S>) -> ::axum::Router<S> {
        if !self.nested.is_empty() {
            router.fallback(CarriesState(self.into_chain()))
        } else if self.own.is_registered {
            router.fallback(self.own.route)
        } else {
            // axum's default 404 is behind the same layers.
            router
        }
    }

    /// A chain of routers, the most specific fallback first. In a single router, axum would report
    /// a nested fallback with a path parameter as a conflict with the fallback around it, and a
    /// router nested at `/x` would leave `/x/` to that one.
    fn into_chain(mut self) -> ::axum::Router {
        self.nested
            .sort_by_cached_key(|nested| nested.entry.specificity());
        let last = ::axum::Router::new().fallback_service(TakesState(self.own.route));
        self.nested.into_iter().rev().fold(last, |next, nested| {
            ::axum::Router::new()
                .nest_service(&nested.prefix, TakesState(nested.route))
                .fallback_service(next)
        })
    }
}
