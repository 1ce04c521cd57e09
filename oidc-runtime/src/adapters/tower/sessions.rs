//! The session layer as a tower layer.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{AUTHORIZATION, CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::client::session::{Added, SessionLayer, slot_for};
use crate::request::Authorization;
use crate::session::slot::SessionSlot;

impl<S> Layer<S> for SessionLayer {
    type Service = SessionService<S>;

    fn layer(&self, inner: S) -> SessionService<S> {
        SessionService {
            layer: self.clone(),
            inner,
        }
    }
}

/// The service behind a [`SessionLayer`].
#[derive(Clone, Debug)]
pub struct SessionService<S> {
    layer: SessionLayer,
    inner: S,
}

impl<S, A, B> Service<Request<A>> for SessionService<S>
where
    S: Service<Request<A>, Response = Response<B>>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = SessionFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<A>) -> Self::Future {
        let fields = request.headers().get_all(AUTHORIZATION).into_iter();
        let authorization = Authorization::of(fields.map(HeaderValue::as_bytes));
        // Of several layers around each other, the outermost does the work.
        let is_outermost = || request.extensions().get::<SessionSlot>().is_none();
        let slot = slot_for(authorization).filter(|_| is_outermost());
        let work = slot.map(|slot| (self.layer.clone(), slot));
        if let Some((_, slot)) = &work {
            request.extensions_mut().insert(slot.clone());
        }
        SessionFuture {
            response: self.inner.call(request),
            work,
        }
    }
}

pin_project! {
    /// The response of the inner service, with the cookies of its session.
    pub struct SessionFuture<F> {
        #[pin]
        response: F,
        work: Option<(SessionLayer, SessionSlot)>,
    }
}

impl<F, B, E> Future for SessionFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.response.poll(context));
        if let (Ok(response), Some((layer, slot))) = (&mut response, this.work.take()) {
            add(&layer, &slot, response.headers_mut());
        }
        Poll::Ready(response)
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

impl<F> fmt::Debug for SessionFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionFuture")
    }
}
