//! Two custom error responses, and the expected results.

use oidc::{ErrorResponse, RequestParts};
use serde_json::{Value, json};

use super::cases::Case;
use super::{content_type, fixed_part};
use crate::support::reply::Reply;

/// Problem details (RFC 9457) for everyone. Tries to change what cannot be changed, too.
pub(super) fn problem(response: &mut ErrorResponse, request: &RequestParts<'_>) {
    response.set_json(&json!({
        "status": response.status(),
        "code": response.code(),
        "title": response.description(),
        "error": response.error(),
        "challenge": response.challenge(),
        "endpoint": response.endpoint(),
        "instance": request.path(),
    }));
    response.set_header("content-type", "application/problem+json");
    response.set_header("X-Own", "first");
    response.set_header("x-own", "second");
    for (name, value) in [
        ("WWW-Authenticate", "Basic"),
        ("Retry-After", "0"),
        ("Allow", "TRACE"),
        ("Cache-Control", "public, max-age=3600"),
        ("Content-Length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "upgrade"),
        ("x-smuggled", "a\r\nset-cookie: b=c"),
        ("x-smuggled\r\nset-cookie", "b=c"),
        ("x smuggled", "a"),
        ("", "a"),
    ] {
        response.set_header(name, value);
    }
    if response.endpoint().is_some() {
        response.set_header("x-frame-options", "ALLOWALL");
        response.set_header("referrer-policy", "unsafe-url");
    }
}

/// A page for those who prefer HTML; others get the default.
pub(super) fn page(response: &mut ErrorResponse, request: &RequestParts<'_>) {
    let accept = request.header("Accept").unwrap_or_default();
    if accept.starts_with(b"text/html") {
        let page = format!("<!doctype html>\n<h1>{}</h1>\n", response.status());
        response.set_body("text/html; charset=utf-8", page);
        response.set_header("x-own", "page");
    }
}

pub(super) fn assert_problem(name: &str, case: &Case, reply: &Reply, plain: &Reply) {
    assert_eq!(reply.status, case.status, "{name}: {reply:?}");
    assert_eq!(
        fixed_part(&reply.headers),
        fixed_part(&plain.headers),
        "{name}"
    );
    assert_eq!(content_type(reply), "application/problem+json", "{name}");
    assert_eq!(reply.headers["x-own"], "second", "{name}");
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    let challenge = reply.challenge();
    let expected = json!({
        "status": case.status,
        "code": case.code,
        "title": case.description,
        "error": case.error,
        "challenge": (!challenge.is_empty()).then_some(challenge),
        "endpoint": case.endpoint,
        "instance": body["instance"],
    });
    assert_eq!(body, expected, "{name}");
    let path = body["instance"].as_str().expect("a path");
    assert_eq!(
        path.rsplit('/').next() == case.endpoint,
        case.endpoint.is_some(),
        "{name}: {path}"
    );
}

pub(super) fn assert_page(name: &str, case: &Case, reply: &Reply, plain: &Reply) {
    assert_eq!(reply.status, case.status, "{name}: {reply:?}");
    assert_eq!(
        fixed_part(&reply.headers),
        fixed_part(&plain.headers),
        "{name}"
    );
    assert_eq!(content_type(reply), "text/html; charset=utf-8", "{name}");
    assert_eq!(reply.headers["x-own"], "page", "{name}");
    let page = format!("<!doctype html>\n<h1>{}</h1>\n", case.status);
    assert_eq!(reply.body, page, "{name}");
}
