//! The sign-in endpoints as an axum router.

use std::any::Any;

use ::axum::Router;
use ::axum::body::{Body, to_bytes};
use ::axum::extract::{FromRef, OriginalUri, Request, State};
use ::axum::http::Response;
use ::axum::http::uri::Authority;
use ::axum::routing::any;

use super::response::respond;
use crate::adapters::tower::HttpRequest;
use crate::client::Oidc;
use crate::flow::{Call, MAX_FORM_BYTES, answer};
use crate::routes::{Route, Routes};

/// Routes every method, so that wrong ones get the same response on both frameworks.
impl<S> From<Routes> for Router<S>
where
    S: Clone + Send + Sync + 'static,
    Oidc: FromRef<S>,
{
    fn from(routes: Routes) -> Self {
        routes.served().fold(Self::new(), |router, route| {
            let handler =
                async move |State(state): State<S>, uri: OriginalUri, request: Request| {
                    serve(&Oidc::from_ref(&state), &state, route, uri, request).await
                };
            router.route(route.path, any(handler))
        })
    }
}

async fn serve(
    oidc: &Oidc,
    state: &(dyn Any + Sync),
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
        oidc,
        route,
        path: uri.path(),
        authority: uri.authority().map(Authority::as_str),
        body: body.as_deref(),
    };
    respond(answer(call, &mut HttpRequest::of_router(&mut parts, state)).await)
}
