//! The same route bare and guarded, on axum.

use std::convert::Infallible;
use std::future::{Future, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::Request;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use oidc::{Oidc, Principal};
use tower_layer::Identity;
use tower_service::Service;

use crate::credentials::Credentials;
use crate::sessions::SIGN_IN;

pub fn app(oidc: &Oidc) -> Router {
    routes().with_state(oidc.clone())
}

/// The same behind a layer that does nothing: what every layer costs.
pub fn app_with_layer(oidc: &Oidc) -> Router {
    routes().layer(Identity::new()).with_state(oidc.clone())
}

/// The same behind the layer of sessions, with the sign-in endpoints.
pub fn app_with_sessions(oidc: &Oidc) -> Router {
    let routes = routes().merge(SIGN_IN);
    routes.layer(oidc.sessions()).with_state(oidc.clone())
}

fn routes() -> Router<Oidc> {
    Router::new()
        .route("/bare", get(bare))
        .route("/extractor", get(extractor))
        .route("/required", get(required))
        .route("/scopes", get(scopes))
        .route("/optional", get(optional))
        .route("/principal", get(principal))
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

#[oidc::optional]
async fn optional() -> &'static str {
    "ok"
}

/// What most handlers are: guarded, and interested in the user.
#[oidc::required]
async fn principal(_: Principal) -> &'static str {
    "ok"
}

/// Handlers here never wait, so one poll gives the response.
pub fn call<'c>(app: &mut Router, path: &str, credentials: impl Into<Credentials<'c>>) -> Response {
    let future = pin!(app.call(request(path, credentials.into())));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the handler waits"),
    }
}

pub(crate) fn request(path: &str, credentials: Credentials<'_>) -> Request<Body> {
    let mut request = Request::builder().uri(path);
    if let Some((name, value)) = credentials.field() {
        request = request.header(name, value);
    }
    request.body(Body::empty()).expect("a valid request")
}
