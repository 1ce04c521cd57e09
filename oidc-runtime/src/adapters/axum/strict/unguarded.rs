//! Adds services, which cannot carry an attribute, with a reason.

use std::convert::Infallible;

use ::axum::extract::Request;
use ::axum::response::IntoResponse;
use ::axum::routing;
use tower_service::Service;

use super::fallbacks::Fallback;
use super::nested_path::nested;
use super::router::Router;
use crate::access::{Extent, Registry, RouteEntry};

/// Services that are not handlers: static files, another crate's router, a proxy.
///
/// The access matrix lists each as public with its reason. [`protect`](Self::protect) guards them
/// like everything else.
impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Serves a path by a public service.
    ///
    /// ```
    /// use axum::response::Redirect;
    /// use axum::routing::any;
    /// use oidc::Oidc;
    /// use oidc::axum::Router;
    ///
    /// let service = any(async || Redirect::permanent("/orders"));
    /// let router: Router<Oidc> = Router::new()
    ///     .route_service_unguarded("/old", service, "redirects to the new address");
    /// ```
    ///
    /// # Panics
    /// If the reason is empty, or as [`route`](Self::route) does.
    #[track_caller]
    pub fn route_service_unguarded<T>(mut self, path: &str, service: T, reason: &str) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static,
    {
        let route = RouteEntry::unguarded::<T>(path.to_owned(), Extent::Pattern, reason);
        self.list(Registry::of(route));
        self.add(::axum::Router::new().route_service(path, service));
        self
    }

    /// Serves everything below a path by a service that is public or guards itself, such as an
    /// `axum::Router` of another crate.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::Router;
    ///
    /// let docs = axum::Router::new().fallback(async || "documentation");
    /// let router: Router<Oidc> =
    ///     Router::new().nest_service_unguarded("/docs", docs, "API reference");
    /// let guard = &router.access().routes[0].guards[0];
    /// assert_eq!(guard.to_string(), r#"public(reason = "API reference")"#);
    /// ```
    ///
    /// # Panics
    /// If the reason is empty, or as [`nest`](Self::nest) does.
    #[track_caller]
    pub fn nest_service_unguarded<T>(mut self, path: &str, service: T, reason: &str) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static,
    {
        let everything_below = nested(path, "/{*rest}");
        let route = RouteEntry::unguarded::<T>(everything_below, Extent::Prefix, reason);
        self.list(Registry::of(route));
        self.add(::axum::Router::new().nest_service(path, service));
        self
    }

    /// Serves requests that match no route by a public service, such as the files of a single-page
    /// application.
    ///
    /// ```
    /// use oidc::Oidc;
    /// use oidc::axum::Router;
    ///
    /// let page = axum::routing::any(async || "<!doctype html>");
    /// let router: Router<Oidc> =
    ///     Router::new().fallback_service_unguarded(page, "single-page application");
    /// ```
    ///
    /// # Panics
    /// If the reason is empty.
    #[track_caller]
    pub fn fallback_service_unguarded<T>(mut self, service: T, reason: &str) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse,
        T::Future: Send + 'static,
    {
        let every_other_path = "every other path".to_owned();
        let entry = RouteEntry::unguarded::<T>(every_other_path, Extent::Fallback, reason);
        self.set_fallback(Fallback::new(routing::any_service(service), entry));
        self
    }
}

/// axum's names of these methods, so that the compile error names the replacement.
#[doc(hidden)]
impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    pub fn route_service<T: DeclaresAccess>(self, _: &str, _: T) -> Self {
        self
    }

    pub fn nest_service<T: DeclaresAccess>(self, _: &str, _: T) -> Self {
        self
    }

    pub fn fallback_service<T: DeclaresAccess>(self, _: T) -> Self {
        self
    }
}

#[diagnostic::on_unimplemented(
    message = "this service declares no access policy",
    label = "a service cannot carry an attribute of `oidc`",
    note = "state why it is public: `route_service_unguarded(path, service, \"reason\")`, `nest_service_unguarded(path, service, \"reason\")` or `fallback_service_unguarded(service, \"reason\")`",
    note = "an MCP server behind its guard is added by `nest_mcp(path, oidc.mcp(..))`"
)]
#[expect(unnameable_types, reason = "no type implements it")]
pub trait DeclaresAccess: sealed::Sealed {}

mod sealed {
    #[expect(unnameable_types, reason = "seals `DeclaresAccess`")]
    pub trait Sealed {}
}
