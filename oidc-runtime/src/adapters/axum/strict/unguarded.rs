//! What cannot carry a guard comes in with a reason.

use std::convert::Infallible;

use ::axum::extract::Request;
use ::axum::response::IntoResponse;
use tower_service::Service;

use super::nested_path::nested;
use super::router::Router;
use crate::access::{Extent, RouteEntry};

/// Ways in for what has no handler: static files, another crate's router, a proxy.
///
/// The access matrix shows each as public with its reason.
/// [`protect`](Self::protect) guards them like everything else.
impl<S> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    /// Serves a path by a service that is open to everyone.
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
        self.registry.push(route);
        self.inner = self.inner.route_service(path, service);
        self
    }

    /// Serves everything below a path by a service that is open to everyone, or that guards itself:
    /// another crate's `axum::Router` is one, too.
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
        self.registry.push(route);
        self.inner = self.inner.nest_service(path, service);
        self
    }

    /// Serves what no route does by a service that is open to everyone, such as the files of a
    /// single-page application.
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
        let route = RouteEntry::unguarded::<T>(every_other_path, Extent::Fallback, reason);
        self.inner = self.inner.fallback_service(service);
        self.set_fallback(route)
    }
}
