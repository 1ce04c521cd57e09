//! The sign-in endpoints as an axum router.

use ::axum::Router;
use ::axum::body::{Body, to_bytes};
use ::axum::extract::{FromRef, OriginalUri, Request, State};
use ::axum::http::Response;
use ::axum::http::uri::Authority;
use ::axum::routing::any;

use super::response::respond;
use crate::client::Oidc;
use crate::flow::{Call, MAX_FORM_BYTES, Route, Routes, answer};

/// Routes every method, so that wrong ones get the same response on both frameworks.
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
