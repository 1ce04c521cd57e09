//! JSON responses for either framework.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use oidc::SessionError;
use serde_json::{Value, json};

/// JSON for either framework.
pub(crate) struct Reply {
    status: u16,
    body: Value,
    is_cached: bool,
}

const CACHED: &str = "private, max-age=60";

impl Reply {
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: 200,
            body,
            is_cached: false,
        }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::ok(json!({ "status": status }))
        }
    }

    pub(crate) fn failed(error: &SessionError) -> Self {
        Self {
            status: 409,
            ..Self::ok(json!({ "error": error.to_string() }))
        }
    }

    pub(crate) fn cached(self) -> Self {
        Self {
            is_cached: true,
            ..self
        }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> axum::response::Response {
        let mut response = axum::Json(self.body).into_response();
        *response.status_mut() = StatusCode::from_u16(self.status).expect("a status");
        if self.is_cached {
            let value = HeaderValue::from_static(CACHED);
            response.headers_mut().insert(header::CACHE_CONTROL, value);
        }
        response
    }
}

impl actix_web::Responder for Reply {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &actix_web::HttpRequest) -> actix_web::HttpResponse {
        let status = actix_web::http::StatusCode::from_u16(self.status).expect("a status");
        let mut response = actix_web::HttpResponse::build(status);
        if self.is_cached {
            response.insert_header(("cache-control", CACHED));
        }
        response.json(self.body)
    }
}
