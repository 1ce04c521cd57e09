//! The sign-in endpoints as an axum router.

use ::axum::Router;
use ::axum::body::{Body, to_bytes};
use ::axum::extract::{FromRef, OriginalUri, Request, State};
use ::axum::http::uri::Authority;
use ::axum::http::{Response, StatusCode};
use ::axum::routing::any;

use crate::flow::{Call, MAX_FORM_BYTES, Reply, Route, Routes, answer};
use crate::oidc::Oidc;

/// Every method is routed, so that wrong ones get the same answer on both frameworks.
impl<S> From<Routes> for Router<S>
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
    fn from(routes: Routes) -> Self {
        routes.served().fold(Self::new(), |router, route| {
            let handler = move |State(oidc): State<Oidc>, uri: OriginalUri, request: Request| {
                serve(oidc, route, uri, request)
            };
            router.route(route.path, any(handler))
        })
    }
}

async fn serve(
    oidc: Oidc,
    route: Route,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let body = if route.reads_body(parts.method.as_str()) {
        to_bytes(body, MAX_FORM_BYTES).await.ok()
    } else {
        None
    };
    let call = Call {
        oidc: &oidc,
        route,
        path: uri.path(),
        authority: uri.authority().map(Authority::as_str),
        body: body.as_deref(),
    };
    respond(answer(call, &mut parts).await)
}

fn respond(reply: Reply) -> Response<Body> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value.as_ref());
    }
    response.body(Body::from(reply.body)).unwrap_or_else(|_| {
        let mut failure = Response::new(Body::empty());
        *failure.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failure
    })
}
