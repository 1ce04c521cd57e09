//! The guard as a middleware.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, ResponseError as _};

use super::request::ActixRequest;
use crate::gate::GuardLayer;

impl<P, S, B> Transform<S, ServiceRequest> for GuardLayer<P>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = GuardMiddleware<P, S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(GuardMiddleware {
            guard: self.clone(),
            inner: Rc::new(inner),
        }))
    }
}

/// The service behind a [`GuardLayer`].
#[derive(Debug)]
pub struct GuardMiddleware<P, S> {
    guard: GuardLayer<P>,
    inner: Rc<S>,
}

impl<P, S, B> Service<ServiceRequest> for GuardMiddleware<P, S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let (oidc, spec) = (self.guard.oidc.clone(), self.guard.spec);
        let inner = Rc::clone(&self.inner);
        Box::pin(async move {
            let admission = oidc
                .admit(spec, &mut ActixRequest::new(request.request()))
                .await;
            match admission {
                Ok(()) => inner
                    .call(request)
                    .await
                    .map(ServiceResponse::map_into_left_body),
                Err(rejection) => Ok(request
                    .into_response(rejection.error_response())
                    .map_into_right_body()),
            }
        })
    }
}
