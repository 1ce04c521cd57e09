//! Ways in which a provider's endpoint fails other than by a protocol error.

mod body;

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time;

/// What an endpoint does instead of its work.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Closes the connection without answering.
    Down,
    /// Answers correctly, but only after this time.
    Slow(Duration),
    /// Answers 200 and then sends one blank every 50 ms for ever.
    Drip,
    /// Answers with this status and an HTML page.
    Status(u16),
    /// Answers 400 with this `error` in JSON (RFC 6749 §5.2).
    Error(String),
    /// Answers 429 with a `Retry-After` of this many seconds and an HTML page.
    Busy(u32),
    /// Answers 200 with an HTML page.
    Garbage,
    /// Names another issuer: in the metadata, the authorization response, or the ID token.
    WrongIssuer,
    /// Answers 200 with JSON of this many bytes.
    Huge(usize),
    /// Answers 200 with about 100 KiB that decompress to more than 10 MiB.
    GzipBomb,
    /// Redirects (307) to this URL, whatever the method.
    Redirect(String),
    /// Answers 200 with nothing.
    Empty,
    /// Answers 200 with this text as JSON.
    Body(String),
}

impl Fault {
    /// The answer in place of the endpoint's own; `None` lets the endpoint answer.
    pub(crate) async fn answer(self) -> Option<io::Result<Response>> {
        let response = match self {
            Self::Down => return Some(Err(io::ErrorKind::ConnectionAborted.into())),
            Self::Slow(delay) => {
                time::sleep(delay).await;
                return None;
            }
            Self::WrongIssuer => return None,
            Self::Drip => json(Body::new(body::Drip::new())),
            Self::Status(status) => (status_code(status), html()).into_response(),
            Self::Error(error) => {
                let body = serde_json::json!({ "error": error }).to_string();
                (StatusCode::BAD_REQUEST, json(body.into())).into_response()
            }
            Self::Busy(seconds) => {
                let retry_after = [(header::RETRY_AFTER, seconds.to_string())];
                (StatusCode::TOO_MANY_REQUESTS, retry_after, html()).into_response()
            }
            Self::Garbage => html(),
            Self::Huge(bytes) => json(Body::new(body::Huge::new(bytes))),
            Self::GzipBomb => {
                let encoding = [(header::CONTENT_ENCODING, "gzip")];
                (encoding, json(body::gzip_bomb().into())).into_response()
            }
            Self::Redirect(url) => {
                (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, url)]).into_response()
            }
            Self::Empty => json(Body::empty()),
            Self::Body(text) => json(text.into()),
        };
        Some(Ok(response))
    }
}

fn status_code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn json(body: Body) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

fn html() -> Response {
    axum::response::Html("<!doctype html><title>Oops</title><p>This is not what you asked for.")
        .into_response()
}
