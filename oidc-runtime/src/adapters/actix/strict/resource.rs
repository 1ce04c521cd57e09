//! The routes of one path.

use std::collections::BTreeSet;
use std::fmt;
use std::future::ready;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{
    AppService, HttpServiceFactory, ServiceFactory, ServiceRequest, ServiceResponse, Transform,
};
use actix_web::http::header::ALLOW;
use actix_web::{Error, FromRequest, Handler, HttpResponse, Responder, web};

use super::app_factory::AppFactory;
use super::guarded::Actix;
use super::listing::Listing;
use super::route::{self, Route, any};
use super::service::GuardedService;
use super::service::sealed::Sealed;
use crate::access::{AccessMatrix, Guarded, Registry, guards_of, reject_guard};
use crate::gate::GuardLayer;
use crate::policy::Policy;

/// [`actix_web::Resource`] for guarded handlers.
///
/// It responds 405 with `Allow` to methods without a handler (RFC 9110 §15.5.6). Create it by
/// [`resource`], and pass it to [`Scope::service`](super::Scope::service) or to the `service`
/// method of actix-web's `App`, `Scope` and `ServiceConfig`.
#[must_use = "a resource does nothing until it is served"]
pub struct Resource<I = actix_web::Resource> {
    inner: I,
    routes: Listing,
}

/// The routes of a path, like [`actix_web::web::resource`].
///
/// ```
/// use oidc::actix::{resource, scope};
///
/// #[oidc::required]
/// async fn list() -> &'static str {
///     "the orders"
/// }
///
/// let api = scope("/api").service(resource("/orders").get(list));
/// ```
pub fn resource(path: &str) -> Resource {
    Resource {
        inner: actix_web::Resource::new(path),
        routes: Listing::of_resource(path.to_owned()),
    }
}

impl<T> Resource<actix_web::Resource<T>>
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
{
    /// Names the resource, for [`HttpRequest::url_for`](actix_web::HttpRequest::url_for).
    pub fn name(mut self, name: &str) -> Self {
        self.inner = self.inner.name(name);
        self
    }

    /// Provides data to the routes, like [`actix_web::Resource::app_data`].
    pub fn app_data<U: 'static>(mut self, data: U) -> Self {
        self.inner = self.inner.app_data(data);
        self
    }

    /// Adds a route, like [`actix_web::Resource::route`].
    ///
    /// ```
    /// use oidc::actix::{get, resource};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// let orders = resource("/orders").route(get().to(list));
    /// assert_eq!(orders.access().routes[0].method, "GET");
    /// ```
    pub fn route(mut self, route: Route) -> Self {
        self.inner = self.inner.route(route.inner);
        self.routes.extend(route.registry);
        self
    }

    /// Serves every method by the handler.
    ///
    /// ```
    /// use oidc::actix::resource;
    ///
    /// #[oidc::public(reason = "echo for tests")]
    /// async fn echo(body: String) -> String {
    ///     body
    /// }
    ///
    /// let echo = resource("/echo").to(echo);
    /// assert_eq!(echo.access().routes[0].method, "ANY");
    /// ```
    #[track_caller]
    pub fn to<H, Args>(self, handler: H) -> Self
    where
        H: Handler<Args>,
        H::Output: Responder + 'static,
        Args: FromRequest + Guarded<Actix> + 'static,
    {
        self.route(any().to(handler))
    }

    /// Guards every method by a policy, in addition to the handlers' own attributes:
    /// `resource("/admin").protect(oidc.layer(Admin))`.
    ///
    /// It guards handlers that are added before and after, and the response 405. The access matrix
    /// lists it.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::actix::{resource, scope, Scope};
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// #[oidc::policy(roles = "admin")]
    /// struct Admin;
    ///
    /// fn api(oidc: &Oidc) -> Scope {
    ///     scope("/api").service(resource("/orders").get(list).protect(oidc.layer(Admin)))
    /// }
    /// ```
    pub fn protect<P>(
        mut self,
        layer: GuardLayer<P>,
    ) -> Resource<actix_web::Resource<impl AppFactory<Body = EitherBody<T::Body>>>>
    where
        P: Policy,
        T: AppFactory,
        T::Service: 'static,
        T::Body: MessageBody + 'static,
    {
        self.routes.protect(guards_of(&layer));
        Resource {
            inner: self.inner.wrap(layer),
            routes: self.routes,
        }
    }

    /// Adds an ordinary middleware around everything in the resource.
    ///
    /// ```
    /// use actix_web::middleware::Logger;
    /// use oidc::actix::resource;
    ///
    /// #[oidc::required]
    /// async fn list() -> &'static str {
    ///     "the orders"
    /// }
    ///
    /// let orders = resource("/orders").get(list).wrap(Logger::default());
    /// ```
    ///
    /// # Panics
    /// If the middleware contains a guard, which belongs in [`protect`](Self::protect).
    #[track_caller]
    pub fn wrap<M, B>(
        self,
        middleware: M,
    ) -> Resource<actix_web::Resource<impl AppFactory<Body = B>>>
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
        Resource {
            inner: self.inner.wrap(middleware),
            routes: self.routes,
        }
    }
}

macro_rules! methods {
    ($($name:ident: $METHOD:ident,)*) => {
        impl<T> Resource<actix_web::Resource<T>>
        where
            T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
        {
            $(
                #[doc = concat!("Serves `", stringify!($METHOD), "` by the handler.")]
                #[track_caller]
                pub fn $name<H, Args>(self, handler: H) -> Self
                where
                    H: Handler<Args>,
                    H::Output: Responder + 'static,
                    Args: FromRequest + Guarded<Actix> + 'static,
                {
                    self.route(route::$name().to(handler))
                }
            )*
        }
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

impl<I> Resource<I> {
    /// The access policy of every route.
    #[must_use]
    pub fn access(&self) -> AccessMatrix {
        self.routes.access()
    }
}

impl<T> HttpServiceFactory for Resource<actix_web::Resource<T>>
where
    T: AppFactory + 'static,
    T::Body: MessageBody + 'static,
{
    fn register(self, config: &mut AppService) {
        let allow = allow(&self.routes);
        let respond = move || ready(method_not_allowed(&allow));
        let default = web::route().to(respond);
        self.inner.default_service(default).register(config);
    }
}

/// The value of `Allow` (RFC 9110 §10.2.1).
fn allow(routes: &Registry) -> String {
    let methods = routes.routes.iter().map(|route| route.method);
    methods
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(", ")
}

/// actix-web responds without `Allow`, which RFC 9110 §15.5.6 requires.
fn method_not_allowed(allow: &str) -> HttpResponse {
    HttpResponse::MethodNotAllowed()
        .insert_header((ALLOW, allow))
        .finish()
}

impl<I> Sealed for Resource<I> {}

impl<I> GuardedService for Resource<I>
where
    Self: HttpServiceFactory,
{
    fn access(&self) -> AccessMatrix {
        self.access()
    }
}

impl<I> fmt::Debug for Resource<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resource")
            .field("routes", &self.access().routes)
            .finish_non_exhaustive()
    }
}
