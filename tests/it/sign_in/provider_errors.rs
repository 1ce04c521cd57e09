//! Errors of the provider's token endpoint: a well-formed code is passed on, the text never.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use oidc_devidp::{Endpoint, Fault};
use serde_json::json;

use super::{Browser, assert_error, with_browser};
use crate::support::bench::Bench;
use crate::support::reply::Reply;

const TEXT: &str = "internal.example <script>alert(1)</script>";

/// The provider's response, and the status and error of ours.
type Case = (u16, String, u16, &'static str);

fn error(error: &str) -> String {
    json!({ "error": error, "error_description": TEXT, "error_uri": TEXT }).to_string()
}

/// JSON without an error code.
fn unusable() -> Vec<String> {
    let long = "a".repeat(65);
    vec![
        error(""),
        error(" invalid_grant"),
        error("<script>"),
        error("a\r\nset-cookie: b=c"),
        error("a\"b"),
        error("caf\u{e9}"),
        error(&long),
        json!({ "error": 7 }).to_string(),
        json!({ "error": { "code": TEXT } }).to_string(),
        json!({ "message": TEXT }).to_string(),
        json!([TEXT]).to_string(),
    ]
}

/// Responses without JSON.
fn speechless() -> [String; 3] {
    [
        format!("error=invalid_grant&error_description={TEXT}"),
        TEXT.to_owned(),
        String::new(),
    ]
}

/// Responses with tokens or an error under a status that does not fit.
fn odd_statuses() -> Vec<Case> {
    let tokens = json!({ "access_token": "a", "token_type": "Bearer" }).to_string();
    let mut cases = Vec::new();
    for status in [201, 202, 206, 300, 302, 500, 502, 503] {
        cases.push((status, tokens.clone(), 502, "upstream_error"));
        cases.push((status, error("invalid_grant"), 502, "upstream_error"));
    }
    cases
}

/// The token endpoint rejects the user's grant or the application.
fn of_the_token_endpoint() -> Vec<Case> {
    let mut cases = vec![
        (401, error("invalid_grant"), 401, "invalid_grant"),
        (403, error("access_denied"), 400, "access_denied"),
        (400, error("vendor.specific-1"), 400, "vendor.specific-1"),
        (429, error("slow_down"), 400, "slow_down"),
        (
            429,
            error("too_many_requests"),
            503,
            "temporarily_unavailable",
        ),
        (429, error("invalid_client"), 503, "temporarily_unavailable"),
        (429, String::new(), 503, "temporarily_unavailable"),
    ];
    for code in [
        "invalid_request",
        "invalid_grant",
        "invalid_scope",
        "invalid_target",
        "unsupported_grant_type",
        "authorization_pending",
        "slow_down",
        "expired_token",
        "access_denied",
    ] {
        cases.push((400, error(code), 400, code));
    }
    for code in [
        "invalid_client",
        "unauthorized_client",
        "invalid_dpop_proof",
        "use_dpop_nonce",
    ] {
        for status in [400, 401, 403] {
            cases.push((status, error(code), 502, "upstream_error"));
        }
    }
    for body in unusable() {
        cases.push((400, body, 502, "upstream_error"));
    }
    for body in speechless() {
        for status in [400, 403, 422] {
            cases.push((status, body.clone(), 400, "invalid_grant"));
        }
        // Client authentication failed (RFC 6749 §5.2), or there is no token endpoint.
        for status in [401, 404, 405] {
            cases.push((status, body.clone(), 502, "upstream_error"));
        }
    }
    cases.extend(odd_statuses());
    cases
}

/// A device authorization request contains nothing from the user.
fn of_the_device_endpoint() -> Vec<Case> {
    let mut cases = vec![
        (429, error("slow_down"), 503, "temporarily_unavailable"),
        (429, String::new(), 503, "temporarily_unavailable"),
    ];
    for code in [
        "invalid_client",
        "unauthorized_client",
        "invalid_request",
        "invalid_scope",
        "access_denied",
        "vendor.specific-1",
    ] {
        cases.push((400, error(code), 502, "upstream_error"));
        cases.push((401, error(code), 502, "upstream_error"));
    }
    for body in unusable().into_iter().chain(speechless()) {
        cases.push((400, body, 502, "upstream_error"));
    }
    cases.extend(odd_statuses());
    cases
}

/// The next response of an endpoint.
type Next = Arc<Mutex<(StatusCode, String)>>;

/// An endpoint with these responses; returns its URL.
async fn endpoint(next: Next) -> String {
    let answer = async move || next.lock().expect("nothing panics with it").clone();
    let router = Router::new().route("/", post(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

async fn are_mapped(cases: Vec<Case>, member: &str, request: impl AsyncFn(&Browser<'_>) -> Reply) {
    let bench = Bench::start().await;
    let next = Next::default();
    let metadata = json!({
        "issuer": bench.idp.issuer(),
        "jwks_uri": format!("{}{}", bench.idp.issuer(), Endpoint::Jwks.path()),
        member: endpoint(Arc::clone(&next)).await,
    });
    let fault = Fault::Body(metadata.to_string());
    bench.idp.fault(Endpoint::Discovery, fault);
    with_browser(&bench, async |browser| {
        for (given, body, status, error) in &cases {
            let given = StatusCode::from_u16(*given).expect("a status");
            *next.lock().expect("nothing panics with it") = (given, body.clone());
            let reply = request(&browser).await;
            assert_error(&format!("{given} {body}"), &reply, *status, error);
            for words in ["internal.example", "<script", "set-cookie"] {
                assert!(!reply.body.contains(words), "{given} {body}: {reply:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn are_passed_on_as_codes() {
    for form in [[("refresh_token", "r")], [("device_code", "d")]] {
        let token = async |browser: &Browser<'_>| browser.post("token", &form).await;
        are_mapped(of_the_token_endpoint(), "token_endpoint", token).await;
    }
}

#[tokio::test]
async fn of_a_device_endpoint_are_not() {
    let device = async |browser: &Browser<'_>| browser.post("device", &[]).await;
    let member = "device_authorization_endpoint";
    are_mapped(of_the_device_endpoint(), member, device).await;
}

/// Requests that need an endpoint that the provider does not have.
#[tokio::test]
async fn without_endpoints() {
    let bench = Bench::start().await;
    let metadata = json!({
        "issuer": bench.idp.issuer(),
        "jwks_uri": format!("{}{}", bench.idp.issuer(), Endpoint::Jwks.path()),
    });
    let fault = Fault::Body(metadata.to_string());
    bench.idp.fault(Endpoint::Discovery, fault);
    with_browser(&bench, async |browser| {
        let query = [("redirect_uri", super::NATIVE)];
        let reply = browser.get("login", &query).await;
        assert_error("login", &reply, 502, "upstream_error");
        let reply = browser.post("token", &[("refresh_token", "r")]).await;
        assert_error("token", &reply, 502, "upstream_error");
        let reply = browser.post("device", &[]).await;
        assert_error("device", &reply, 503, "unsupported_grant_type");
        assert_eq!(browser.get("logout", &[]).await.status, 307);
    })
    .await;
}
