//! The sign-in endpoints as an actix-web service.

use actix_web::dev::{AppService, HttpServiceFactory};
use actix_web::http::uri::Authority;
use actix_web::{HttpRequest, HttpResponse, web};

use super::extract::client;
use super::request::ActixRequest;
use super::response::respond;
use crate::answer::Rejection;
use crate::flow::{Call, MAX_FORM_BYTES, answer};
use crate::routes::{Route, Routes};

/// Routes every method, so that wrong ones get the same response on both frameworks.
impl HttpServiceFactory for Routes {
    fn register(self, config: &mut AppService) {
        for route in self.served() {
            let handler =
                move |request: HttpRequest, body: web::Payload| serve(route, request, body);
            web::resource(route.path).to(handler).register(config);
        }
    }
}

async fn serve(
    route: Route,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Rejection> {
    let oidc = client(&request)?;
    let body = if route.reads_body(request.method().as_str()) {
        body.to_bytes_limited(MAX_FORM_BYTES).await.ok()
    } else {
        None
    };
    let call = Call {
        oidc: &oidc,
        route,
        path: request.path(),
        authority: request.uri().authority().map(Authority::as_str),
        body: body.as_ref().and_then(|body| body.as_deref().ok()),
    };
    Ok(respond(
        answer(call, &mut ActixRequest::new(&request)).await,
    ))
}
