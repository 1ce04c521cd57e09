//! Responses of the library as axum's.

use std::borrow::Cow;

use ::axum::body::Body;
use ::axum::http::{self, HeaderMap, HeaderName, HeaderValue, StatusCode};
use ::axum::response::IntoResponse;

use crate::answer::{Rejection, Response};
#[cfg(feature = "sessions")]
use crate::client::session::SessionError;

pub(super) fn respond(response: Response) -> http::Response<Body> {
    let status = StatusCode::from_u16(response.status);
    let (Ok(status), Some(headers)) = (status, fields(response.headers)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut reply = http::Response::new(Body::from(response.body));
    *reply.status_mut() = status;
    *reply.headers_mut() = headers;
    reply
}

fn fields(fields: Vec<(Cow<'static, str>, Cow<'static, str>)>) -> Option<HeaderMap> {
    let mut map = HeaderMap::with_capacity(fields.len());
    for (name, value) in fields {
        let name = match name {
            Cow::Borrowed(name) => HeaderName::from_static(name),
            Cow::Owned(name) => HeaderName::try_from(name).ok()?,
        };
        let value = match value {
            Cow::Borrowed(value) => HeaderValue::from_static(value),
            Cow::Owned(value) => HeaderValue::try_from(value).ok()?,
        };
        map.append(name, value);
    }
    Some(map)
}

impl IntoResponse for Rejection {
    fn into_response(self) -> http::Response<Body> {
        respond(self.response())
    }
}

#[cfg(feature = "sessions")]
impl IntoResponse for SessionError {
    fn into_response(self) -> http::Response<Body> {
        self.rejection().into_response()
    }
}
