//! The same route bare and guarded, on actix-web.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use actix_http::Request;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error, get};
use oidc::Oidc;

/// An application in process.
pub trait Application: Service<Request, Response = ServiceResponse, Error = Error> {}

impl<S> Application for S where S: Service<Request, Response = ServiceResponse, Error = Error> {}

pub async fn app(oidc: &Oidc) -> impl Application {
    let app = App::new()
        .app_data(oidc.clone())
        .service(bare)
        .service(required)
        .service(scopes);
    init_service(app).await
}

#[get("/bare")]
async fn bare() -> &'static str {
    "ok"
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
pub fn call(app: &impl Application, path: &str, token: Option<&str>) -> ServiceResponse {
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
