//! The future of a guarded service.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{Either, Full};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::answer::{self, Rejection};

/// The body of a rejection, or of the inner service.
pub(super) type Body<B> = Either<Full<bytes::Bytes>, B>;

/// Resolves to the request if it is admitted. Not needed if the guard decides synchronously.
type Decision<A> = Pin<Box<dyn Future<Output = Result<Request<A>, Rejection>> + Send>>;

pin_project! {
    /// The response of the inner service, or the one to a rejected request.
    pub struct ResponseFuture<S, A>
    where
        S: Service<Request<A>>,
    {
        #[pin]
        state: State<S, S::Future, A>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, F, A> {
        Rejected { rejection: Rejection },
        Deciding { decision: Decision<A>, inner: S },
        Admitted { #[pin] response: F },
    }
}

impl<S, A> ResponseFuture<S, A>
where
    S: Service<Request<A>>,
{
    pub(super) fn rejected(rejection: Rejection) -> Self {
        let state = State::Rejected { rejection };
        Self { state }
    }

    pub(super) fn deciding(decision: Decision<A>, inner: S) -> Self {
        let state = State::Deciding { decision, inner };
        Self { state }
    }

    pub(super) fn admitted(response: S::Future) -> Self {
        let state = State::Admitted { response };
        Self { state }
    }
}

impl<S, A, B> Future for ResponseFuture<S, A>
where
    S: Service<Request<A>, Response = Response<B>>,
{
    type Output = Result<Response<Body<B>>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let response = match state.as_mut().project() {
                StateProjection::Rejected { rejection } => {
                    return Poll::Ready(Ok(respond(rejection.response())));
                }
                StateProjection::Admitted { response } => {
                    let response = ready!(response.poll(context))?;
                    return Poll::Ready(Ok(response.map(Either::Right)));
                }
                StateProjection::Deciding { decision, inner } => {
                    match ready!(decision.as_mut().poll(context)) {
                        Ok(request) => inner.call(request),
                        Err(rejection) => {
                            return Poll::Ready(Ok(respond(rejection.response())));
                        }
                    }
                }
            };
            state.set(State::Admitted { response });
        }
    }
}

fn respond<B>(rejected: answer::Response) -> Response<Body<B>> {
    let body = Either::Left(Full::from(rejected.body));
    let mut response = Response::new(body);
    let status = StatusCode::from_u16(rejected.status);
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in rejected.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(&*name), HeaderValue::from_str(&value))
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}

impl<S, A> fmt::Debug for ResponseFuture<S, A>
where
    S: Service<Request<A>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseFuture")
    }
}
