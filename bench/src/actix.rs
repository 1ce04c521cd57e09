//! The same route bare and guarded, on actix-web.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_http::Request;
use actix_web::dev::{Payload, Service, ServiceResponse};
use actix_web::middleware::DefaultHeaders;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error, FromRequest, HttpRequest, get};
use oidc::Oidc;

use crate::credentials::Credentials;

/// An application in process.
pub trait Application: Service<Request, Response = ServiceResponse, Error = Error> {}

impl<S> Application for S where S: Service<Request, Response = ServiceResponse, Error = Error> {}

/// An application for each route: actix-web tries one after the other, so that the last of
/// several would cost the most.
macro_rules! apps {
    ($app:expr) => {
        [
            ("/bare", init_service($app.service(bare)).await),
            ("/extractor", init_service($app.service(extractor)).await),
            ("/required", init_service($app.service(required)).await),
            ("/scopes", init_service($app.service(scopes)).await),
            ("/optional", init_service($app.service(optional)).await),
        ]
    };
}

pub async fn apps(oidc: &Oidc) -> [(&'static str, impl Application); 5] {
    apps!(App::new().app_data(oidc.clone()))
}

/// The same behind a middleware that does nothing: what every middleware costs.
pub async fn apps_with_middleware(oidc: &Oidc) -> [(&'static str, impl Application); 5] {
    apps!(
        App::new()
            .wrap(DefaultHeaders::new())
            .app_data(oidc.clone())
    )
}

/// The same behind the middleware of sessions.
pub async fn apps_with_sessions(oidc: &Oidc) -> [(&'static str, impl Application); 5] {
    apps!(App::new().wrap(oidc.sessions()).app_data(oidc.clone()))
}

#[get("/bare")]
async fn bare() -> &'static str {
    "ok"
}

/// What every extractor costs, whatever it does.
#[get("/extractor")]
async fn extractor(_: Nothing) -> &'static str {
    "ok"
}

struct Nothing;

impl FromRequest for Nothing {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self))
    }
}

#[oidc::required]
#[get("/required")]
async fn required() -> &'static str {
    "ok"
}

#[oidc::required(scopes = "read", claims(groups = "admin"))]
#[get("/scopes")]
async fn scopes() -> &'static str {
    "ok"
}

#[oidc::optional]
#[get("/optional")]
async fn optional() -> &'static str {
    "ok"
}

/// Handlers here never wait, so one poll gives the response.
pub fn call<'c>(
    apps: &[(&str, impl Application)],
    path: &str,
    credentials: impl Into<Credentials<'c>>,
) -> ServiceResponse {
    let (_, app) = apps
        .iter()
        .find(|(known, _)| *known == path)
        .expect("a known path");
    let mut request = TestRequest::get().uri(path);
    if let Some(field) = credentials.into().field() {
        request = request.insert_header(field);
    }
    let future = pin!(app.call(request.to_request()));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the handler waits"),
    }
}
