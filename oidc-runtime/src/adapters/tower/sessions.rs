//! The session layer as a tower layer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::client::session::{Additions, SessionLayer};
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
        // Of several layers around each other, the outermost does the work.
        let is_outermost = request.extensions().get::<SessionSlot>().is_none();
        let work = is_outermost.then(|| (self.layer.clone(), SessionSlot::default()));
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
            add(layer.additions(&slot), response.headers_mut());
        }
        Poll::Ready(response)
    }
}

fn add(additions: Additions, headers: &mut HeaderMap) {
    for cookie in additions.set_cookies {
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            headers.append(SET_COOKIE, cookie);
        }
    }
    if additions.no_store && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if additions.vary {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

impl<F> fmt::Debug for SessionFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionFuture")
    }
}
