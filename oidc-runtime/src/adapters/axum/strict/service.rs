//! Serving a router.

use std::task::{Context, Poll};

use tower_service::Service;

use super::router::Router;

/// Whatever axum's own router serves: `axum::serve(listener, router)`, or one request in a test.
///
/// Each call turns a copy of the router into axum's, which `axum::serve` does once for a
/// connection. Where every request is a call, turn it into one first: `axum::Router::from(router)`.
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
