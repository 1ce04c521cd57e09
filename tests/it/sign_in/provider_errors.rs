//! Errors of the provider's token endpoint: the code is passed on if it is one, no text ever is.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use oidc_devidp::{Endpoint, Fault};
use serde_json::json;

use super::{Browser, app, assert_error, with_browser};
use crate::support::bench::Bench;
use crate::support::servers::for_both;

const TEXT: &str = "internal.example <script>alert(1)</script>";

/// What the token endpoint answers; status and error that come of it.
fn answers() -> Vec<(u16, String, u16, &'static str)> {
    let error = |error: &str| {
        json!({ "error": error, "error_description": TEXT, "error_uri": TEXT }).to_string()
    };
    let long = "a".repeat(65);
    let mut answers = vec![
        (401, error("invalid_client"), 401, "invalid_client"),
        (403, error("access_denied"), 400, "access_denied"),
        (429, error("slow_down"), 400, "slow_down"),
        (400, error("vendor.specific-1"), 400, "vendor.specific-1"),
    ];
    for code in [
        "invalid_request",
        "invalid_grant",
        "unauthorized_client",
        "invalid_scope",
        "authorization_pending",
        "slow_down",
        "expired_token",
        "access_denied",
    ] {
        answers.push((400, error(code), 400, code));
    }
    for unusable in [
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
        format!("error=invalid_grant&error_description={TEXT}"),
        TEXT.to_owned(),
        String::new(),
    ] {
        answers.push((400, unusable, 502, "upstream_error"));
    }
    let tokens = json!({ "access_token": "a", "token_type": "Bearer" }).to_string();
    for status in [201, 202, 206, 300, 302, 500, 502, 503] {
        answers.push((status, tokens.clone(), 502, "upstream_error"));
        answers.push((status, error("invalid_grant"), 502, "upstream_error"));
    }
    answers
}

/// A token endpoint at `/0`, `/1` and so on for each answer; its base URL.
async fn token_endpoints(answers: &[(u16, String, u16, &'static str)]) -> String {
    let mut router = Router::new();
    for (index, (status, body, ..)) in answers.iter().enumerate() {
        let status = StatusCode::from_u16(*status).expect("a status");
        let answer = (status, body.clone());
        router = router.route(&format!("/{index}"), post(async move || answer));
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port is free");
    let address = listener.local_addr().expect("a bound port has an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test]
async fn are_passed_on_as_codes() {
    let bench = Bench::start().await;
    let answers = answers();
    let base = token_endpoints(&answers).await;
    for (index, (given, body, status, error)) in answers.iter().enumerate() {
        let metadata = json!({
            "issuer": bench.idp.issuer(),
            "jwks_uri": format!("{}{}", bench.idp.issuer(), Endpoint::Jwks.path()),
            "token_endpoint": format!("{base}/{index}"),
        });
        let fault = Fault::Body(metadata.to_string());
        bench.idp.fault(Endpoint::Discovery, fault);
        for_both(
            app(),
            || bench.oidc(),
            async |server| {
                let form = [("refresh_token", "r")];
                let reply = Browser::new(server).post("token", &form).await;
                assert_error(&format!("{given} {body}"), &reply, *status, error);
                for words in ["internal.example", "<script", "set-cookie"] {
                    assert!(!reply.body.contains(words), "{given} {body}: {reply:?}");
                }
            },
        )
        .await;
    }
}

/// A provider that lacks an endpoint cannot do what needs it.
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
