//! Ways in which a provider's endpoint fails other than by a protocol error.

mod body;

use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::time;

/// What an endpoint does instead of its work.
///
/// ```
/// use oidc_devidp::{Endpoint, Fault, TestIdp};
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let idp = TestIdp::start().await;
/// idp.fault(Endpoint::Discovery, Fault::Status(503));
/// assert_eq!(reqwest::get(idp.discovery_url()).await.unwrap().status(), 503);
/// idp.heal();
/// assert_eq!(reqwest::get(idp.discovery_url()).await.unwrap().status(), 200);
/// # });
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Closes the connection without a response.
    Down,
    /// Lets the endpoint respond, but only after this time.
    Slow(Duration),
    /// Lets the endpoint begin its work only when the fault ends: by
    /// [`TestIdp::heal`](crate::TestIdp::heal), or when another takes its place.
    Hold,
    /// Lets the endpoint do its work at once, but respond only when the fault ends. What the work
    /// spends, such as a refresh token, is spent although nobody has a response.
    HoldResponse,
    /// Responds with 200 and sends one blank every 50 ms until the connection closes.
    Drip,
    /// Responds with this status and an HTML page.
    Status(u16),
    /// Responds with 400 and this `error` in JSON (RFC 6749 §5.2).
    Error(String),
    /// Responds with 429 and an HTML page, with a `Retry-After` of this many seconds.
    Busy(u32),
    /// Responds with 200 and an HTML page.
    Garbage,
    /// Names another issuer: in the metadata, the authorization response, the ID token, or what the
    /// introspection endpoint says of an active token.
    WrongIssuer,
    /// Responds with 200 and JSON of this many bytes.
    Huge(usize),
    /// Responds with 200 and about 100 KiB that decompress to more than 10 MiB.
    GzipBomb,
    /// Redirects (307) to this URL, whatever the method.
    Redirect(String),
    /// Responds with 200 and an empty body.
    Empty,
    /// Responds with 200 and this text as JSON.
    Body(String),
}

impl Fault {
    /// The response in place of the endpoint's own; `None` lets the endpoint respond.
    pub(crate) async fn response(self) -> Option<io::Result<Response>> {
        let response = match self {
            Self::Down => return Some(Err(io::ErrorKind::ConnectionAborted.into())),
            Self::Slow(delay) => {
                time::sleep(delay).await;
                return None;
            }
            Self::WrongIssuer | Self::Hold | Self::HoldResponse => return None,
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
    axum::response::Html("<!doctype html><title>Oops</title><p>This page stands for a failure.")
        .into_response()
}
