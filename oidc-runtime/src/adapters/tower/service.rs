//! The guard as a tower layer.

use std::mem;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::future::{Body, ResponseFuture};
use super::request::HttpRequest;
use crate::gate::{Attempt, GuardLayer};

impl<P, S> Layer<S> for GuardLayer<P> {
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

impl<P, S, A, B> Service<Request<A>> for GuardService<P, S>
where
    S: Service<Request<A>, Response = Response<B>> + Clone,
    A: Send + 'static,
{
    type Response = Response<Body<B>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, A>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let oidc = &self.guard.oidc;
        let (mut parts, body) = request.into_parts();
        match oidc.admit_now(self.guard.spec, &mut HttpRequest::new(&mut parts)) {
            Attempt::Decided(Ok(())) => {
                let request = Request::from_parts(parts, body);
                ResponseFuture::admitted(self.inner.call(request))
            }
            Attempt::Decided(Err(rejection)) => ResponseFuture::rejected(rejection),
            Attempt::Pending(pending) => {
                let oidc = oidc.clone();
                let decision = async move {
                    let request = HttpRequest::new(&mut parts);
                    oidc.admit_later(pending, &request).await?;
                    Ok(Request::from_parts(parts, body))
                };
                // The service that is ready has to be called, not its clone.
                let clone = self.inner.clone();
                let ready = mem::replace(&mut self.inner, clone);
                ResponseFuture::deciding(Box::pin(decision), ready)
            }
        }
    }
}
