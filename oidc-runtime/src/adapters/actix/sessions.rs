//! The session layer as a middleware.

use std::borrow::Cow;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE, VARY,
};
use actix_web::{Error, HttpMessage as _};

use crate::client::session::{Added, SessionLayer, slot_for};
use crate::request::Authorization;
use crate::session::slot::SessionSlot;

impl<S, B> Transform<S, ServiceRequest> for SessionLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Transform = SessionMiddleware<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(SessionMiddleware {
            layer: self.clone(),
            inner,
        }))
    }
}

/// The service behind a [`SessionLayer`].
#[derive(Debug)]
pub struct SessionMiddleware<S> {
    layer: SessionLayer,
    inner: S,
}

impl<S, B> Service<ServiceRequest> for SessionMiddleware<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse<B>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let fields = request.headers().get_all(AUTHORIZATION);
        let authorization = Authorization::of(fields.map(HeaderValue::as_bytes));
        // Of several middlewares around each other, the outermost does the work.
        let is_outermost = || !request.extensions().contains::<SessionSlot>();
        let slot = slot_for(authorization).filter(|_| is_outermost());
        let Some(slot) = slot else {
            return Box::pin(self.inner.call(request));
        };
        let layer = self.layer.clone();
        request.extensions_mut().insert(slot.clone());
        let response = self.inner.call(request);
        Box::pin(async move {
            let mut response = response.await?;
            add(&layer, &slot, response.headers_mut());
            Ok(response)
        })
    }
}

fn add(layer: &SessionLayer, slot: &SessionSlot, headers: &mut HeaderMap) {
    let has_cache_control = headers.contains_key(CACHE_CONTROL);
    for (name, value) in layer.additions(slot, has_cache_control) {
        let value = match value {
            // perf: copied otherwise, two of the eight allocations of a hit (bench `memory`).
            Cow::Borrowed(text) => Ok(HeaderValue::from_static(text)),
            Cow::Owned(text) => HeaderValue::try_from(text),
        };
        // perf: to parse the names takes 240 instructions of a hit (bench `count cookie`).
        let name = match name {
            Added::SetCookie => SET_COOKIE,
            Added::CacheControl => CACHE_CONTROL,
            Added::Vary => VARY,
        };
        if let Ok(value) = value {
            headers.append(name, value);
        }
    }
}
