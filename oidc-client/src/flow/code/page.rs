//! What the browser shows when it comes back. Nothing of the request is in it.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};

macro_rules! page {
    ($title:literal, $text:literal) => {
        concat!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>",
            $title,
            "</title><meta name=\"viewport\" content=\"width=device-width\"><style>body{font:1.2em \
             system-ui;margin:4em auto;max-width:30em;padding:0 1em;text-align:center;color:#222;\
             background:#fff}@media(prefers-color-scheme:dark){body{color:#eee;background:#222}}\
             </style><h1>",
            $title,
            "</h1><p>",
            $text,
            "</p></html>"
        )
    };
}

const COMPLETED: &str = page!(
    "Back to the terminal",
    "It says whether you are signed in. You can close this window."
);
const DECLINED: &str = page!(
    "Not signed in",
    "The terminal says why. You can close this window."
);
const FOR_OTHERS: &str = page!(
    "Not yours",
    "Another user of this machine is signing in. Use a browser that they have started."
);
const FOREIGN: &str = page!("Not found", "There is nothing to see here.");

pub(super) fn completed() -> Response<Full<Bytes>> {
    page(StatusCode::OK, COMPLETED)
}

pub(super) fn declined() -> Response<Full<Bytes>> {
    page(StatusCode::OK, DECLINED)
}

pub(super) fn for_others() -> Response<Full<Bytes>> {
    page(StatusCode::FORBIDDEN, FOR_OTHERS)
}

pub(super) fn foreign(status: StatusCode) -> Response<Full<Bytes>> {
    page(status, FOREIGN)
}

fn page(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    let fields = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONNECTION, "close"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
    ];
    for (name, value) in fields {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
