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
use crate::access::{AccessMatrix, Extent, Registry, RouteEntry, guards_of, reject_guard};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// [`actix_web::Scope`] for guarded handlers.
///
/// It takes handlers with `#[oidc::required]`, `#[oidc::optional]` or `#[oidc::public(reason =
/// "..")]`; any other handler does not compile. [`access`](Self::access) lists every route with its
/// access policy. Write a function that returns the scope, so that the application and the test
/// of its `policy.lock` use the same one.
///
/// Services, which cannot carry an attribute, are added by
/// [`service_unguarded`](Self::service_unguarded) with a reason. Other services of the `App` do
/// not appear in the access matrix.
#[must_use = "a scope does nothing until it is served"]
pub struct Scope<I = actix_web::Scope> {
    pub(super) inner: I,
    pub(super) routes: Listing,
}

/// Everything below a path, like [`actix_web::web::scope`]. The empty path is the whole
/// application.
///
/// ```
/// use oidc::actix::scope;
///
/// let app = actix_web::App::new().service(scope("/api").service(oidc::routes!()));
/// ```
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
    /// Provides data to the routes, like [`actix_web::Scope::app_data`].
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::actix::{Scope, scope};
    ///
    /// fn api(oidc: Oidc) -> Scope {
    ///     scope("/api").app_data(oidc).service(oidc::routes!())
    /// }
    /// ```
    pub fn app_data<U: 'static>(mut self, data: U) -> Self {
        self.inner = self.inner.app_data(data);
        self
    }

    /// Adds a route, like [`actix_web::Scope::route`].
    ///
    /// ```
    /// use oidc::actix::{get, post, scope};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// #[oidc::required(scopes = "orders:write")]
    /// async fn create(body: String) -> String {
    ///     body
    /// }
    ///
    /// let api = scope("/api")
    ///     .route("/orders", get().to(list))
    ///     .route("/orders", post().to(create));
    /// ```
    pub fn route(mut self, path: &str, route: Route) -> Self {
        self.inner = self.inner.route(path, route.inner);
        let path = joined("", path);
        self.routes
            .extend(route.registry.map_paths(|_| path.clone()));
        self
    }

    /// Adds a scope, a resource, or `oidc::routes!()`.
    ///
    /// ```
    /// use oidc::actix::{get, scope};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// let orders = scope("/orders").route("", get().to(list));
    /// let api = scope("/api").service(orders).service(oidc::routes!());
    /// assert_eq!(api.access().routes.len(), 7);
    /// ```
    pub fn service(mut self, service: impl GuardedService + 'static) -> Self {
        self.routes.extend(service.access().into());
        self.inner = self.inner.service(service);
        self
    }

    /// Serves everything below a path by a service that cannot carry an attribute, such as static
    /// files or the scope of another crate. It is public unless [`protect`](Self::protect) guards
    /// it.
    ///
    /// ```
    /// use actix_web::web;
    /// use oidc::actix::scope;
    ///
    /// let docs = web::resource("/index.html").to(async || "documentation");
    /// let api = scope("/api").service_unguarded("/docs", docs, "API reference");
    /// ```
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

    /// Sets the route of requests that match nothing else in the scope; its method is ignored.
    ///
    /// actix-web does not apply it to nested scopes, which have a default service of their own or
    /// respond 404.
    ///
    /// ```
    /// use oidc::actix::{any, scope};
    ///
    /// #[oidc::public(reason = "error page")]
    /// async fn not_found() -> actix_web::HttpResponse {
    ///     actix_web::HttpResponse::NotFound().body("no such page")
    /// }
    ///
    /// let api = scope("/api").default_service(any().to(not_found));
    /// ```
    pub fn default_service(mut self, route: Route) -> Self {
        self.inner = self.inner.default_service(route.inner);
        self.routes.set_fallback(route.registry);
        self
    }

    /// Guards everything in the scope by a policy, in addition to the handlers' own attributes:
    /// `scope("/admin").protect(oidc.layer(Admin))`.
    ///
    /// It guards routes, nested scopes, services and the default service, whether they are added
    /// before or after, and responses 404 and 405: an unknown path in the scope is rejected like
    /// any other. Of several guards, the one that was added first is the innermost. The access
    /// matrix lists the guards of every route.
    ///
    /// It guards what is in this scope, not a path. Routes and scopes outside of it that are
    /// registered before it and match the same paths are not guarded; such a scope also serves the
    /// unknown paths.
    ///
    /// CORS goes outside of the guard, so that preflight requests pass and rejections carry CORS
    /// headers: call [`wrap`](Self::wrap) after `protect`.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::actix::{get, scope};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// #[oidc::policy(roles = "staff")]
    /// struct Staff;
    ///
    /// fn configure(config: &mut actix_web::web::ServiceConfig, oidc: &Oidc) {
    ///     let api = scope("/api").route("/orders", get().to(list));
    ///     config.service(api.protect(oidc.layer(Staff)));
    /// }
    /// ```
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

    /// Adds an ordinary middleware around everything in the scope.
    ///
    /// ```
    /// use oidc::actix::scope;
    ///
    /// let api = scope("/api")
    ///     .service(oidc::routes!())
    ///     .wrap(actix_web::middleware::Logger::default());
    /// ```
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
        reject_guard::<M, GuardLayer<()>>();
        Scope {
            inner: self.inner.wrap(middleware),
            routes: self.routes,
        }
    }
}

impl<I> Scope<I> {
    /// The access policy of every route.
    ///
    /// The default service of a protected scope is listed even if it is the default 404.
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
    /// println!("{}", api.access());
    /// ```
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
