//! The guard as a tower layer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use ::axum::http::Request;
use ::axum::response::{IntoResponse, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::gate::GuardLayer;
use crate::policy::Policy;

impl<P: Policy, S> Layer<S> for GuardLayer<P> {
    type Service = GuardService<P, S>;

    fn layer(&self, inner: S) -> GuardService<P, S> {
        GuardService {
            guard: self.clone(),
            inner,
        }
    }
}

/// The service behind a [`GuardLayer`].
#[derive(Debug)]
pub struct GuardService<P, S> {
    guard: GuardLayer<P>,
    inner: S,
}

impl<P, S: Clone> Clone for GuardService<P, S> {
    fn clone(&self) -> Self {
        Self {
            guard: self.guard.clone(),
            inner: self.inner.clone(),
        }
    }
}

impl<P, S, B> Service<Request<B>> for GuardService<P, S>
where
    P: Policy,
    S: Service<Request<B>> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let oidc = self.guard.oidc.clone();
        // The service that was made ready is the one that has to be called.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match oidc.admit(const { &P::SPEC }, &mut parts).await {
                Ok(()) => {
                    let response = inner.call(Request::from_parts(parts, body)).await?;
                    Ok(response.into_response())
                }
                Err(rejection) => Ok(rejection.into_response()),
            }
        })
    }
}
