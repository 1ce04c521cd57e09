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
use super::guards::Guards;
use super::layer::reject_guard;
use super::method_filter::names;
use crate::access::{Framework, Guarded, Registry, RouteEntry, guards_of};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// [`axum::routing::MethodRouter`](routing::MethodRouter) for guarded handlers.
///
/// Created by [`get`](super::get), [`post`](super::post) and so on, and extended by the methods of
/// the same names.
#[must_use = "a route does nothing until a router serves it"]
#[derive(Clone)]
pub struct MethodRouter<S = ()> {
    pub(super) inner: routing::MethodRouter<S>,
    pub(super) registry: Registry,
    guards: Guards,
}

impl<S: Clone> MethodRouter<S> {
    /// A route without handlers: it responds 405 to every request.
    pub fn new() -> Self {
        Self {
            inner: routing::MethodRouter::new(),
            registry: Registry::default(),
            guards: Guards::default(),
        }
    }
}

impl<S> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Serves the methods of the filter by the handler.
    ///
    /// ```
    /// use axum::routing::MethodFilter;
    /// use oidc::Oidc;
    /// use oidc::axum::{MethodRouter, Router};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// let route = MethodRouter::new().on(MethodFilter::GET.or(MethodFilter::POST), list);
    /// let router: Router<Oidc> = Router::new().route("/orders", route);
    /// assert_eq!(router.access().routes.len(), 2);
    /// ```
    ///
    /// # Panics
    /// If one of the methods has a handler already, or if a layer of the handler contains a guard.
    #[track_caller]
    pub fn on<H, T>(mut self, filter: MethodFilter, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Guarded<Axum> + 'static,
    {
        for method in names(filter) {
            self.list(RouteEntry::guarded::<H>(method, T::SPEC));
        }
        self.inner = if self.guards.is_empty() {
            self.inner.on(filter, handler)
        } else {
            let guarded = self.guards.around_route(routing::any(handler));
            self.inner.on(filter, guarded)
        };
        self
    }

    /// Serves the methods that have no handler of their own.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// #[oidc::public(reason = "says which methods there are")]
    /// async fn other() -> &'static str {
    ///     "use GET"
    /// }
    ///
    /// let router: Router<Oidc> = Router::new().route("/orders", get(list).fallback(other));
    /// ```
    ///
    /// # Panics
    /// If a layer of the handler contains a guard.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: Guarded<Axum> + 'static,
    {
        self.registry.routes.retain(|route| route.method != "ANY");
        self.list(RouteEntry::guarded::<H>("ANY", T::SPEC));
        self.inner = if self.guards.is_empty() {
            self.inner.fallback(handler)
        } else {
            let guarded = self.guards.around_route(routing::any(handler));
            self.inner.fallback(guarded)
        };
        self
    }

    /// Adds the handlers of another route for the same path. Its guards apply to its own handlers
    /// only.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get, post};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// #[oidc::required(scopes = "orders:write")]
    /// async fn create() {}
    ///
    /// #[oidc::policy(roles = "staff")]
    /// struct Staff;
    ///
    /// fn orders(oidc: &Oidc) -> Router<Oidc> {
    ///     let create = post(create).protect(oidc.layer(Staff));
    ///     Router::new().route("/orders", get(list).merge(create))
    /// }
    /// ```
    ///
    /// # Panics
    /// If both have a handler for a method.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        // If neither route has a fallback, axum's `merge` keeps the 405 of the argument.
        self.inner = self.guards.around_route(other.inner).merge(self.inner);
        self.registry.extend(self.guards.listed(other.registry));
        self
    }

    /// Guards every method by a policy, in addition to the handlers' own attributes:
    /// `get(list).protect(oidc.layer(Admin))`.
    ///
    /// It guards handlers that are added before and after, and the response 405. The access matrix
    /// lists it.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// #[oidc::policy(roles = "admin")]
    /// struct Admin;
    ///
    /// fn orders(oidc: &Oidc) -> Router<Oidc> {
    ///     Router::new().route("/orders", get(list).protect(oidc.layer(Admin)))
    /// }
    /// ```
    pub fn protect<P: Policy>(mut self, layer: GuardLayer<P>) -> Self {
        let guard = layer.erased();
        self.registry.wrap(&guards_of(&guard));
        self.inner = self.inner.layer(guard.clone());
        self.guards.push(guard);
        self
    }

    /// Adds an ordinary tower layer around everything that was added so far.
    ///
    /// # Panics
    /// If the layer contains a guard, which belongs in [`protect`](Self::protect).
    #[track_caller]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        reject_guard::<L>();
        self.inner = self.inner.layer(layer);
        self
    }

    /// Adds an ordinary tower layer around the handlers that were added so far, but not around the
    /// response 405.
    ///
    /// # Panics
    /// If there are no handlers yet, or if the layer contains a guard.
    #[track_caller]
    pub fn route_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        reject_guard::<L>();
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Provides the state.
    pub fn with_state<S2>(self, state: S) -> MethodRouter<S2> {
        MethodRouter {
            inner: self.inner.with_state(state),
            registry: self.registry,
            guards: self.guards,
        }
    }

    fn list(&mut self, route: RouteEntry) {
        self.registry
            .extend(self.guards.listed(Registry::of(route)));
    }
}

impl<S: Clone> Default for MethodRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> fmt::Debug for MethodRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MethodRouter")
            .field("routes", &self.registry.matrix(Framework::Axum).routes)
            .finish_non_exhaustive()
    }
}
