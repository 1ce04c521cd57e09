//! The handlers of one path.

use std::convert::Infallible;
use std::fmt;

use ::axum::extract::Request;
use ::axum::handler::Handler;
use ::axum::response::IntoResponse;
use ::axum::routing::{self, MethodFilter, Route};
use tower_layer::Layer;
use tower_service::Service;

use super::guarded::Axum;
use super::layer::refuse_guard;
use super::method_filter::names;
use crate::access::{Framework, Guarded, Registry, RouteEntry, guards_of};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// [`axum::routing::MethodRouter`](routing::MethodRouter), for handlers on which somebody decided.
///
/// Made by [`get`](super::get), [`post`](super::post) and so on, and extended by methods of the
/// same names.
#[must_use = "a route does nothing until a router serves it"]
pub struct MethodRouter<S = ()> {
    pub(super) inner: routing::MethodRouter<S>,
    pub(super) registry: Registry,
}

impl<S: Clone> MethodRouter<S> {
    /// Answers 405 to everything.
    pub fn new() -> Self {
        Self {
            inner: routing::MethodRouter::new(),
            registry: Registry::default(),
        }
    }
}

impl<S> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Serves the methods of the filter by the handler.
    ///
    /// # Panics
    /// If one of the methods has a handler already, or if there is a guard in a layer of the handler.
    #[track_caller]
    pub fn on<H, T>(mut self, filter: MethodFilter, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Guarded<Axum> + 'static,
    {
        for method in names(filter) {
            self.registry
                .push(RouteEntry::guarded::<H>(method, T::SPEC));
        }
        self.inner = self.inner.on(filter, handler);
        self
    }

    /// Serves the methods that have no handler of their own.
    ///
    /// # Panics
    /// If there is a guard in a layer of the handler.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Guarded<Axum> + 'static,
    {
        self.registry.routes.retain(|route| route.method != "ANY");
        self.registry.push(RouteEntry::guarded::<H>("ANY", T::SPEC));
        self.inner = self.inner.fallback(handler);
        self
    }

    /// Adds the handlers of the other one.
    ///
    /// # Panics
    /// If both have a handler for a method.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.inner = self.inner.merge(other.inner);
        self.registry.extend(other.registry);
        self
    }

    /// Guards what is here so far by a policy: `get(list).protect(oidc.layer(Admin))`.
    ///
    /// The access matrix shows it, in front of what the handlers' own attributes say.
    pub fn protect<P: Policy>(mut self, layer: GuardLayer<P>) -> Self {
        self.registry.wrap(&guards_of(&layer), |_| true);
        self.inner = self.inner.layer(layer);
        self
    }

    /// Puts an ordinary tower layer around what is here so far.
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

    /// Puts an ordinary tower layer around the handlers so far, but not around the 405.
    ///
    /// # Panics
    /// If there are no handlers yet, or a guard in the layer.
    #[track_caller]
    pub fn route_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        refuse_guard::<L>();
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Provides the state.
    pub fn with_state<S2>(self, state: S) -> MethodRouter<S2> {
        MethodRouter {
            inner: self.inner.with_state(state),
            registry: self.registry,
        }
    }
}

impl<S: Clone> Default for MethodRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> Clone for MethodRouter<S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            registry: self.registry.clone(),
        }
    }
}

impl<S> fmt::Debug for MethodRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MethodRouter")
            .field("routes", &self.registry.matrix(Framework::Axum).routes)
            .finish_non_exhaustive()
    }
}
