//! A method and its guarded handler.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, FromRequest, Handler, Responder, web};

use super::guarded::Actix;
use crate::access::{Framework, Guarded, Registry, RouteEntry, guards_of, reject_guard};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// A route's service, as actix-web keeps it.
type BoxedService = Box<
    dyn Service<
            ServiceRequest,
            Response = ServiceResponse,
            Error = Error,
            Future = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>,
        >,
>;

/// A method without a handler yet: `get().to(list)`.
#[must_use = "a method does nothing without a handler"]
pub struct PendingRoute {
    method: &'static str,
    inner: actix_web::Route,
}

/// [`actix_web::Route`] with a guarded handler: `get().to(list)`.
#[must_use = "a route does nothing until it is part of a service"]
pub struct Route {
    pub(super) inner: actix_web::Route,
    pub(super) registry: Registry,
}

impl PendingRoute {
    /// Serves the method by the handler.
    ///
    /// ```
    /// use oidc::actix::{get, scope};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// let api = scope("/api").route("/orders", get().to(list));
    /// assert_eq!(api.access().routes[0].path, "/api/orders");
    /// ```
    #[track_caller]
    pub fn to<H, Args>(self, handler: H) -> Route
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Guarded<Actix> + 'static,
    {
        let route = RouteEntry::guarded::<H>(self.method, Args::SPEC);
        Route {
            inner: self.inner.to(handler),
            registry: Registry::of(route),
        }
    }
}

impl Route {
    /// Guards the route by a policy, in addition to its handler's own attribute:
    /// `get().to(list).protect(oidc.layer(Admin))`.
    ///
    /// The access matrix lists it.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::actix::{Route, get};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// #[oidc::policy(roles = "admin")]
    /// struct Admin;
    ///
    /// fn orders(oidc: &Oidc) -> Route {
    ///     get().to(list).protect(oidc.layer(Admin))
    /// }
    /// ```
    pub fn protect<P: Policy>(mut self, layer: GuardLayer<P>) -> Self {
        self.registry.wrap(&guards_of(&layer));
        self.inner = self.inner.wrap(layer);
        self
    }

    /// Adds an ordinary middleware around the route.
    ///
    /// ```
    /// use oidc::actix::get;
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// let route = get().to(list).wrap(actix_web::middleware::Logger::default());
    /// ```
    ///
    /// # Panics
    /// If the middleware contains a guard, which belongs in [`protect`](Self::protect).
    #[track_caller]
    pub fn wrap<M, B>(mut self, middleware: M) -> Self
    where
        M: Transform<
                BoxedService,
                ServiceRequest,
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody + 'static,
    {
        reject_guard::<M, GuardLayer<()>>();
        self.inner = self.inner.wrap(middleware);
        self
    }
}

macro_rules! methods {
    ($($name:ident: $METHOD:ident,)*) => {
        $(
            #[doc = concat!("A route for `", stringify!($METHOD), "`; pass its handler to `to`.")]
            pub fn $name() -> PendingRoute {
                PendingRoute {
                    method: stringify!($METHOD),
                    inner: web::$name(),
                }
            }
        )*
    };
}

methods! {
    get: GET,
    head: HEAD,
    post: POST,
    put: PUT,
    patch: PATCH,
    delete: DELETE,
    trace: TRACE,
}

/// A route for every method; pass its handler to [`to`](PendingRoute::to).
pub fn any() -> PendingRoute {
    PendingRoute {
        method: "ANY",
        inner: web::route(),
    }
}

impl fmt::Debug for PendingRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingRoute")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("routes", &self.registry.matrix(Framework::ActixWeb).routes)
            .finish_non_exhaustive()
    }
}
