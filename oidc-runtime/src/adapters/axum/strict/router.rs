//! The router.

use std::convert::Infallible;
use std::fmt;

use ::axum::extract::{FromRef, Request};
use ::axum::handler::Handler;
use ::axum::response::IntoResponse;
use ::axum::routing::Route;
use tower_layer::Layer;
use tower_service::Service;

use super::guarded::Axum;
use super::layer::refuse_guard;
use super::method_router::MethodRouter;
use super::nested_path::nested;
use crate::access::{AccessMatrix, Framework, Guarded, Registry, RouteEntry, guards_of};
use crate::client::Oidc;
use crate::flow::Routes;
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// What stands in the matrix as the path of a fallback.
const EVERYTHING_ELSE: &str = "/{*fallback}";

/// [`axum::Router`](::axum::Router), for handlers on which somebody decided.
///
/// It takes handlers with `#[oidc::required]`, `#[oidc::optional]` or `#[oidc::public(reason =
/// "..")]` on them; any other one does not compile. [`access`](Self::access) lists every route with
/// who may call it. At the end it turns into axum's own router.
///
/// What has no handler comes in by a method that ends in `_unguarded` and asks for a reason. What
/// is merged into axum's router afterwards is not seen.
#[must_use = "a router does nothing until it is served"]
pub struct Router<S = ()> {
    pub(super) inner: ::axum::Router<S>,
    pub(super) registry: Registry,
}

impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Answers 404 to everything.
    pub fn new() -> Self {
        Self {
            inner: ::axum::Router::new(),
            registry: Registry::default(),
        }
    }

    /// Every route so far with who may call it.
    #[must_use]
    pub fn access(&self) -> AccessMatrix {
        self.registry.matrix(Framework::Axum)
    }

    /// Serves a path, as [`axum::Router::route`](::axum::Router::route) does.
    ///
    /// # Panics
    /// If the path is malformed or one of the methods has a handler there already.
    #[track_caller]
    pub fn route(mut self, path: &str, route: MethodRouter<S>) -> Self {
        self.inner = self.inner.route(path, route.inner);
        self.registry
            .extend(route.registry.move_to(|_| path.to_owned()));
        self
    }

    /// Serves another router below a path, as [`axum::Router::nest`](::axum::Router::nest) does.
    ///
    /// # Panics
    /// If the path is malformed, empty or `/`, or routes overlap.
    #[track_caller]
    pub fn nest(mut self, path: &str, router: impl Into<Self>) -> Self {
        let mut router = router.into();
        // axum serves the fallbacks in a nested router only if that router has one itself.
        if !router.has_fallback() {
            let entries = &mut router.registry.routes;
            entries.retain(|entry| !entry.is_fallback());
        }
        self.inner = self.inner.nest(path, router.inner);
        self.registry
            .extend(router.registry.move_to(|inner| nested(path, inner)));
        self
    }

    /// Adds the routes of another router or of `oidc::routes!()`.
    ///
    /// # Panics
    /// If routes overlap or both routers have a fallback.
    #[track_caller]
    pub fn merge(mut self, other: impl Into<Self>) -> Self {
        let other = other.into();
        self.inner = self.inner.merge(other.inner);
        self.registry.extend(other.registry);
        self
    }

    /// Serves what no route does.
    ///
    /// # Panics
    /// If there is a guard in a layer of the handler.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Guarded<Axum> + 'static,
    {
        self.inner = self.inner.fallback(handler);
        self.set_fallback(RouteEntry::guarded::<H>("ANY", T::SPEC))
    }

    /// Goes back to answering 404 where there is no route.
    pub fn reset_fallback(mut self) -> Self {
        self.inner = self.inner.reset_fallback();
        self.registry.routes.retain(|route| !route.is_fallback());
        self
    }

    /// Guards the routes so far by a policy, in addition to what their handlers say:
    /// `router.protect(oidc.layer(Admin))`.
    ///
    /// The access matrix shows it. Routes that are added later, fallbacks, and what has no route
    /// are not guarded, so that an unknown path stays a 404.
    ///
    /// # Panics
    /// If there are no routes yet.
    #[track_caller]
    pub fn protect<P: Policy>(mut self, layer: GuardLayer<P>) -> Self {
        let guards = guards_of(&layer);
        self.registry.wrap(&guards, |route| !route.is_fallback());
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Puts an ordinary tower layer around everything so far.
    ///
    /// # Panics
    /// If there is a guard in the layer, which belongs into [`protect`](Self::protect).
    #[track_caller]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        refuse_guard::<L>();
        self.inner = self.inner.layer(layer);
        self
    }

    /// Puts an ordinary tower layer around the routes so far, but not around the fallback.
    ///
    /// # Panics
    /// If there are no routes yet, or a guard in the layer.
    #[track_caller]
    pub fn route_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        refuse_guard::<L>();
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Provides the state; without one missing, the router can be served.
    pub fn with_state<S2>(self, state: S) -> Router<S2> {
        Router {
            inner: self.inner.with_state(state),
            registry: self.registry,
        }
    }

    /// Whether there is a route.
    #[must_use]
    pub fn has_routes(&self) -> bool {
        self.inner.has_routes()
    }

    fn has_fallback(&self) -> bool {
        let mut routes = self.registry.routes.iter();
        routes.any(|route| route.is_fallback() && route.path == EVERYTHING_ELSE)
    }

    pub(super) fn set_fallback(mut self, route: RouteEntry) -> Self {
        let other = |old: &RouteEntry| !(old.is_fallback() && old.path == EVERYTHING_ELSE);
        self.registry.routes.retain(other);
        self.registry.push(route.into_fallback(EVERYTHING_ELSE));
        self
    }
}

impl<S> From<Router<S>> for ::axum::Router<S> {
    fn from(router: Router<S>) -> Self {
        router.inner
    }
}

impl<S> From<Routes> for Router<S>
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
    fn from(routes: Routes) -> Self {
        Self {
            inner: routes.into(),
            registry: routes.into(),
        }
    }
}

impl<S> Default for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for Router<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            registry: self.registry.clone(),
        }
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("routes", &self.registry.matrix(Framework::Axum).routes)
            .finish_non_exhaustive()
    }
}
