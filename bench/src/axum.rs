//! The same route bare and guarded, on axum.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Request, header};
use axum::response::Response;
use axum::routing::get;
use oidc::Oidc;
use tower_service::Service;

pub fn app(oidc: &Oidc) -> Router {
    Router::new()
        .route("/bare", get(bare))
        .route("/extractor", get(extractor))
        .route("/required", get(required))
        .route("/scopes", get(scopes))
        .with_state(oidc.clone())
}

async fn bare() -> &'static str {
    "ok"
}

/// What every extractor costs, whatever it does.
async fn extractor(_: Nothing) -> &'static str {
    "ok"
}

struct Nothing;

impl<S> FromRequestParts<S> for Nothing {
    type Rejection = Infallible;

    fn from_request_parts(
        _: &mut Parts,
        _: &S,
    ) -> impl Future<Output = Result<Self, Infallible>> + Send {
        ready(Ok(Self))
    }
}

#[oidc::required]
async fn required() -> &'static str {
    "ok"
}

#[oidc::required(scopes = "read", claims(groups = "admin"))]
async fn scopes() -> &'static str {
    "ok"
}

/// Handlers here never wait, so one poll gives the response.
pub fn call(app: &mut Router, path: &str, token: Option<&str>) -> Response {
    let mut request = Request::builder().uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::empty()).expect("a valid request");
    let future = pin!(app.call(request));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the handler waits"),
    }
}
