//! The router.

use std::convert::Infallible;
use std::fmt;

use ::axum::extract::Request;
use ::axum::handler::Handler;
use ::axum::response::IntoResponse;
use ::axum::routing::{self, Route};
use tower_layer::Layer;
use tower_service::Service;

use super::fallbacks::{Fallback, Fallbacks};
use super::guarded::Axum;
use super::guards::Guards;
use super::into_router::IntoRouter;
use super::into_router::sealed::Sealed;
use super::layer::reject_guard;
use super::method_router::MethodRouter;
use super::nested_path::nested;
use crate::access::{AccessMatrix, Framework, Guarded, Registry, RouteEntry, guards_of};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// [`axum::Router`](::axum::Router) for guarded handlers.
///
/// It takes handlers with `#[oidc::required]`, `#[oidc::optional]` or `#[oidc::public(reason =
/// "..")]`; any other handler does not compile. [`access`](Self::access) lists every route with its
/// access policy. With its state provided, it can be served like axum's own router, and turned
/// into one by `axum::Router::from(router)`.
///
/// Services, which cannot carry an attribute, are added by the methods whose names end in
/// `_unguarded`, with a reason. Routes that are added to axum's router afterwards do not appear in
/// the access matrix, and a fallback that is set there replaces those of this router and of the
/// routers nested in it, guarded 404s included.
#[must_use = "a router does nothing until it is served"]
#[derive(Clone)]
pub struct Router<S = ()> {
    /// The routes. Its fallback is axum's 404, with the layers of this router around it.
    pub(super) inner: ::axum::Router<S>,
    pub(super) registry: Registry,
    pub(super) fallbacks: Fallbacks<S>,
    pub(super) guards: Guards,
}

impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// A router without routes: it responds 404 to every request.
    pub fn new() -> Self {
        Self {
            inner: ::axum::Router::new(),
            registry: Registry::default(),
            fallbacks: Fallbacks::new(),
            guards: Guards::default(),
        }
    }

    /// The access policy of every route.
    ///
    /// The fallback of a protected router is listed even if it is the default 404. Responses 405
    /// have no row: the guards of [`protect`](Self::protect) apply to them as to the routes of the
    /// path.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// let router: Router<Oidc> = Router::new().route("/orders", get(list));
    /// let matrix = router.access();
    /// assert_eq!(matrix.routes[0].path, "/orders");
    /// assert_eq!(matrix.routes[0].guards[0].to_string(), "required");
    /// ```
    #[must_use]
    pub fn access(&self) -> AccessMatrix {
        let mut registry = self.registry.clone();
        registry.routes.extend(self.fallbacks.entries().cloned());
        registry.matrix(Framework::Axum)
    }

    /// Adds the handlers of a path, like [`axum::Router::route`](::axum::Router::route).
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// #[oidc::required(scopes = "orders:write")]
    /// async fn create() {}
    ///
    /// let router: Router<Oidc> = Router::new().route("/orders", get(list).post(create));
    /// ```
    ///
    /// # Panics
    /// If the path is malformed or one of the methods has a handler there already.
    #[track_caller]
    pub fn route(mut self, path: &str, route: MethodRouter<S>) -> Self {
        let guarded = self.guards.around_route(route.inner);
        self.inner = self.inner.route(path, guarded);
        self.list(route.registry.map_paths(|_| path.to_owned()));
        self
    }

    /// Adds another router or `oidc::routes!()` below a path, like
    /// [`axum::Router::nest`](::axum::Router::nest).
    ///
    /// Unknown paths below it are served by the nested router if it has a fallback or is
    /// [protected](Self::protect), and otherwise by this one.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// let orders = Router::new().route("/orders", get(list));
    /// let router: Router<Oidc> = Router::new().nest("/api", orders);
    /// assert_eq!(router.access().routes[0].path, "/api/orders");
    /// ```
    ///
    /// # Panics
    /// If the path is malformed, empty or `/`, if routes overlap, or if two routers nested at the
    /// path have a fallback.
    #[track_caller]
    pub fn nest(mut self, path: &str, router: impl IntoRouter<Self>) -> Self {
        let router: Self = router.into();
        self.add(::axum::Router::new().nest(path, router.inner));
        self.list(router.registry.map_paths(|inner| nested(path, inner)));
        self.fallbacks.nest(path, router.fallbacks, &self.guards);
        self
    }

    /// Adds the routes of another router or of `oidc::routes!()`, like
    /// [`axum::Router::merge`](::axum::Router::merge).
    ///
    /// Guards of the other router apply to its routes and its fallback only.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// let router: Router<Oidc> = Router::new()
    ///     .route("/orders", get(list))
    ///     .merge(oidc::routes!());
    /// ```
    ///
    /// # Panics
    /// If routes overlap or both routers have a fallback.
    #[track_caller]
    pub fn merge(mut self, other: impl IntoRouter<Self>) -> Self {
        let other: Self = other.into();
        self.add(other.inner);
        self.list(other.registry);
        self.fallbacks.merge(other.fallbacks, &self.guards);
        self
    }

    /// Sets the handler of requests that match no route, like
    /// [`axum::Router::fallback`](::axum::Router::fallback).
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::Router;
    ///
    /// #[oidc::public(reason = "error page")]
    /// async fn not_found() -> (axum::http::StatusCode, &'static str) {
    ///     (axum::http::StatusCode::NOT_FOUND, "no such page")
    /// }
    ///
    /// let router: Router<Oidc> = Router::new().fallback(not_found);
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
        let entry = RouteEntry::guarded::<H>("ANY", T::SPEC);
        self.set_fallback(Fallback::new(routing::any(handler), entry));
        self
    }

    /// Restores the default 404 for requests that match no route of this router. The fallbacks of
    /// nested routers are kept. Layers that were added before do not apply to it if a nested router
    /// has a guard or a fallback.
    pub fn reset_fallback(mut self) -> Self {
        self.fallbacks.reset(&self.guards);
        self
    }

    /// Guards everything in the router by a policy, in addition to the handlers' own attributes:
    /// `router.protect(oidc.layer(Admin))`.
    ///
    /// It guards routes, nested and merged routers, services and the fallback, whether they are
    /// added before or after, and responses 404 and 405: an unknown path in the router is rejected
    /// like any other, also below the path where the router is nested. [Merged](Self::merge) into
    /// another router, it guards its own routes and its own fallback. Of several guards, the one
    /// that was added first is the innermost. The access matrix lists the guards of every route.
    ///
    /// It guards what is in this router, not a path. Routes of other routers below the same path are
    /// not guarded, even if they match what is unknown here, and neither are unknown paths if another
    /// router that is nested at the same path has a [`fallback`](Self::fallback).
    ///
    /// A CORS layer goes outside of the guard, so that preflight requests pass and rejections carry
    /// CORS headers: call [`layer`](Self::layer) after `protect`, when all routes are added.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::policy(roles = "admin")]
    /// struct Admin;
    ///
    /// #[oidc::required]
    /// async fn users() {}
    ///
    /// fn admin(oidc: &Oidc) -> Router<Oidc> {
    ///     Router::new().protect(oidc.layer(Admin)).route("/users", get(users))
    /// }
    /// # let oidc = Oidc::builder().client_id("app").discovery_url("https://login.example.org");
    /// # let matrix = admin(&oidc.build().unwrap()).access();
    /// # assert!(matrix.routes.iter().all(|route| route.demands_token()));
    /// ```
    pub fn protect<P: Policy>(mut self, layer: GuardLayer<P>) -> Self {
        let guard = layer.erased();
        self.registry.wrap(&guards_of(&guard));
        self.inner = self.inner.layer(guard.clone());
        self.fallbacks = self.fallbacks.protect(&guard);
        self.guards.push(guard);
        self
    }

    /// Adds an ordinary tower layer around everything that was added so far.
    ///
    /// ```
    /// use axum::extract::Request;
    /// use axum::middleware::{Next, from_fn};
    /// use axum::response::Response;
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// async fn log(request: Request, next: Next) -> Response {
    ///     println!("{}", request.uri());
    ///     next.run(request).await
    /// }
    ///
    /// let router: Router<Oidc> = Router::new().route("/orders", get(list)).layer(from_fn(log));
    /// ```
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
        self.fallbacks = self.fallbacks.layer(&layer);
        self.inner = self.inner.layer(layer);
        self
    }

    /// Adds an ordinary tower layer around the routes that were added so far, but not around
    /// fallbacks.
    ///
    /// # Panics
    /// If there are no routes yet, or if the layer contains a guard.
    #[track_caller]
    pub fn route_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        reject_guard::<L>();
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Provides the state, after which the router can be served.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::{Router, get};
    ///
    /// #[oidc::required]
    /// async fn list() {}
    ///
    /// fn app(oidc: Oidc) -> axum::Router {
    ///     let router: Router = Router::new().route("/orders", get(list)).with_state(oidc);
    ///     router.into()
    /// }
    /// ```
    pub fn with_state<S2>(self, state: S) -> Router<S2> {
        Router {
            fallbacks: self.fallbacks.with_state(&state),
            inner: self.inner.with_state(state),
            registry: self.registry,
            guards: self.guards,
        }
    }

    /// Whether the router has routes; a fallback does not count.
    #[must_use]
    pub fn has_routes(&self) -> bool {
        self.inner.has_routes()
    }

    /// Adds routes behind the guards. If neither router has a fallback, axum's `merge` keeps the
    /// 404 of the argument, which has to be this router's.
    #[track_caller]
    pub(super) fn add(&mut self, routes: ::axum::Router<S>) {
        let inner = std::mem::take(&mut self.inner);
        self.inner = self.guards.around_router(routes).merge(inner);
    }

    /// Adds rows to the access matrix, behind the guards.
    pub(super) fn list(&mut self, routes: Registry) {
        self.registry.extend(self.guards.listed(routes));
    }

    pub(super) fn set_fallback(&mut self, fallback: Fallback<S>) {
        self.fallbacks.set(fallback, &self.guards);
    }
}

impl<S> Sealed for Router<S> {}

impl<S> IntoRouter<Self> for Router<S> {}

impl<S> From<Router<S>> for ::axum::Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn from(router: Router<S>) -> Self {
        router.fallbacks.serve(router.inner)
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

impl<S> fmt::Debug for Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("routes", &self.access().routes)
            .finish_non_exhaustive()
    }
}
