//! Everything below one path.

use std::fmt;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{
    AppService, HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse, Transform,
};
use actix_web::{Error, web};

use super::app_factory::AppFactory;
use super::joined_path::joined;
use super::listing::Listing;
use super::route::Route;
use super::service::GuardedService;
use super::service::sealed::Sealed;
use crate::access::{AccessMatrix, Extent, Registry, RouteEntry, guards_of, refuse_guard};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// [`actix_web::Scope`] for guarded handlers.
///
/// It takes handlers with `#[oidc::required]`, `#[oidc::optional]` or `#[oidc::public(reason =
/// "..")]`; any other handler does not compile. [`access`](Self::access) lists every route with its
/// access policy. Write a function that makes the scope, so that the application and the test of
/// its `policy.lock` use the same one.
///
/// Services, which cannot carry an attribute, are added by
/// [`service_unguarded`](Self::service_unguarded) with a reason. Whatever else an `App` serves does
/// not appear in the access matrix.
#[must_use = "a scope does nothing until it is served"]
pub struct Scope<I = actix_web::Scope> {
    inner: I,
    routes: Listing,
}

/// Everything below a path, as [`actix_web::web::scope`]. The empty path is the whole application.
pub fn scope(path: &str) -> Scope {
    Scope {
        inner: actix_web::Scope::new(path),
        routes: Listing::of_scope(joined("", path)),
    }
}

impl<T> Scope<actix_web::Scope<T>>
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
{
    /// Provides data to the routes.
    pub fn app_data<U: 'static>(mut self, data: U) -> Self {
        self.inner = self.inner.app_data(data);
        self
    }

    /// Adds a route: `.route("/orders", get().to(list))`.
    pub fn route(mut self, path: &str, route: Route) -> Self {
        self.inner = self.inner.route(path, route.inner);
        let path = joined("", path);
        self.routes.extend(route.registry.move_to(|_| path.clone()));
        self
    }

    /// Adds a scope, a resource, or `oidc::routes!()`.
    pub fn service(mut self, service: impl GuardedService + 'static) -> Self {
        self.routes.extend(service.access().into());
        self.inner = self.inner.service(service);
        self
    }

    /// Serves everything below a path by a service that cannot carry an attribute, such as static
    /// files or the scope of another crate. It is public unless [`protect`](Self::protect) guards
    /// it.
    ///
    /// # Panics
    /// If the reason is empty.
    #[track_caller]
    pub fn service_unguarded<F>(mut self, path: &str, service: F, reason: &str) -> Self
    where
        F: HttpServiceFactory + 'static,
    {
        let everything_below = format!("{}/{{rest}}*", joined("", path));
        let route = RouteEntry::unguarded::<F>(everything_below, Extent::Prefix, reason);
        self.routes.extend(Registry::of(route));
        self.inner = self.inner.service(web::scope(path).service(service));
        self
    }

    /// Serves requests that match nothing else in the scope, whatever the method:
    /// `.default_service(any().to(not_found))`.
    ///
    /// actix-web does not use it in nested scopes, which have a default service of their own or
    /// respond 404.
    pub fn default_service(mut self, route: Route) -> Self {
        self.inner = self.inner.default_service(route.inner);
        self.routes.set_fallback(route.registry);
        self
    }

    /// Guards everything in the scope by a policy, in addition to the handlers' own attributes:
    /// `scope("/admin").protect(oidc.layer(Admin))`.
    ///
    /// It guards routes, nested scopes, services and the default service, whether they are added
    /// before or after, and responses 404 and 405: an unknown path in the scope is rejected like any
    /// other. Of several guards, the one that was added first is the innermost. The access matrix
    /// lists the guards of every route.
    ///
    /// CORS goes outside of the guard, so that preflight requests pass and rejections carry CORS
    /// headers: call [`wrap`](Self::wrap) after `protect`.
    pub fn protect<P>(
        mut self,
        layer: GuardLayer<P>,
    ) -> Scope<actix_web::Scope<impl AppFactory<Body = EitherBody<T::Body>>>>
    where
        P: Policy,
        T: AppFactory,
        T::Service: 'static,
        T::Body: MessageBody + 'static,
    {
        self.routes.protect(guards_of(&layer));
        Scope {
            inner: self.inner.wrap(layer),
            routes: self.routes,
        }
    }

    /// Puts an ordinary middleware around everything in the scope.
    ///
    /// # Panics
    /// If the middleware contains a guard, which belongs in [`protect`](Self::protect).
    #[track_caller]
    pub fn wrap<M, B>(self, middleware: M) -> Scope<actix_web::Scope<impl AppFactory<Body = B>>>
    where
        M: Transform<
                T::Service,
                ServiceRequest,
                Response = ServiceResponse<B>,
                Error = Error,
                InitError = (),
            > + 'static,
        B: MessageBody,
    {
        refuse_guard::<M, GuardLayer<()>>();
        Scope {
            inner: self.inner.wrap(middleware),
            routes: self.routes,
        }
    }
}

impl<I> Scope<I> {
    /// The access policy of every route.
    ///
    /// The default service of a scope that is protected is listed even if it is the 404 for unknown
    /// paths.
    #[must_use]
    pub fn access(&self) -> AccessMatrix {
        self.routes.access()
    }
}

impl<T> HttpServiceFactory for Scope<actix_web::Scope<T>>
where
    T: AppFactory + 'static,
    T::Body: MessageBody + 'static,
{
    fn register(self, config: &mut AppService) {
        self.inner.register(config);
    }
}

impl<I> Sealed for Scope<I> {}

impl<I> GuardedService for Scope<I>
where
    Self: HttpServiceFactory,
{
    fn access(&self) -> AccessMatrix {
        self.access()
    }
}

impl<I> fmt::Debug for Scope<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("routes", &self.access().routes)
            .finish_non_exhaustive()
    }
}
