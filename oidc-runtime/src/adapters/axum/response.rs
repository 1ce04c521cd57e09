//! Responses of the library as axum's.

use ::axum::body::Body;
use ::axum::http::{self, StatusCode};
use ::axum::response::IntoResponse;

use crate::answer::{Rejection, Response};

pub(super) fn respond(response: Response) -> http::Response<Body> {
    let mut builder = http::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(&*name, &*value);
    }
    builder
        .body(Body::from(response.body))
        .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

impl IntoResponse for Rejection {
    fn into_response(self) -> http::Response<Body> {
        respond(self.response())
    }
}
