//! A router as a tower service.

use std::task::{Context, Poll};

use tower_service::Service;

use super::router::Router;

/// Serves what axum's own router serves: `axum::serve(listener, router)`, or one request in a test.
///
/// Each call converts a copy of the router into axum's; `axum::serve` makes one call per
/// connection. If you call it for every request, convert it first: `axum::Router::from(router)`.
impl<T> Service<T> for Router
where
    ::axum::Router: Service<T>,
{
    type Response = <::axum::Router as Service<T>>::Response;
    type Error = <::axum::Router as Service<T>>::Error;
    type Future = <::axum::Router as Service<T>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: T) -> Self::Future {
        ::axum::Router::from(self.clone()).call(request)
    }
}
