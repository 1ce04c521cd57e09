//! Endpoints that scripts of any website may call: no cookie counts there (Fetch §3.3).

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::state::Provider;

/// The wildcard stands for all headers but this one.
const PREFLIGHT: [(header::HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "*, Authorization"),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

/// Lets scripts of every origin read the responses, errors included, and answers their preflights.
pub(super) fn for_all_origins(route: MethodRouter<Arc<Provider>>) -> MethodRouter<Arc<Provider>> {
    route.options(preflight).layer(map_response(allow))
}

async fn preflight() -> Response {
    (StatusCode::NO_CONTENT, PREFLIGHT).into_response()
}

async fn allow(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let all = HeaderValue::from_static("*");
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, all);
    response
}
