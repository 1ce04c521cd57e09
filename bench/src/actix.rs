//! The same route bare and guarded, on actix-web.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_http::Request;
use actix_web::dev::{Payload, Service, ServiceResponse};
use actix_web::http::header;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::ServiceConfig;
use actix_web::{App, Error, FromRequest, HttpRequest, get};
use oidc::Oidc;

/// An application in process.
pub trait Application: Service<Request, Response = ServiceResponse, Error = Error> {}

impl<S> Application for S where S: Service<Request, Response = ServiceResponse, Error = Error> {}

/// An application for each route: actix-web tries one after the other, so that the last of
/// several would cost the most.
pub async fn apps(oidc: &Oidc) -> [(&'static str, impl Application); 4] {
    let app = |configure: fn(&mut ServiceConfig)| {
        init_service(App::new().app_data(oidc.clone()).configure(configure))
    };
    [
        (
            "/bare",
            app(|config| {
                config.service(bare);
            })
            .await,
        ),
        (
            "/extractor",
            app(|config| {
                config.service(extractor);
            })
            .await,
        ),
        (
            "/required",
            app(|config| {
                config.service(required);
            })
            .await,
        ),
        (
            "/scopes",
            app(|config| {
                config.service(scopes);
            })
            .await,
        ),
    ]
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

/// Handlers here never wait, so one poll gives the response.
pub fn call(apps: &[(&str, impl Application)], path: &str, token: Option<&str>) -> ServiceResponse {
    let (_, app) = apps
        .iter()
        .find(|(known, _)| *known == path)
        .expect("a known path");
    let mut request = TestRequest::get().uri(path);
    if let Some(token) = token {
        request = request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
    }
    let future = pin!(app.call(request.to_request()));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => response,
        _ => panic!("the handler waits"),
    }
}
