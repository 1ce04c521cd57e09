//! Applications that lie: a clear error, nothing stored, nothing sent elsewhere.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use oidc_client::{Client, CodeFlow, DeviceFlow, Error, MemoryStore};
use serde_json::{Value, json};

use crate::applications::TestClock;
use crate::scripted::{Login, code_flow, endpoints, redirect, serve};

/// What the endpoint for tokens says.
type Answer = fn(usize) -> Response;

fn client(address: &str) -> Client {
    let client = Client::builder(address).store(MemoryStore::default());
    let client = client.clock(TestClock::default()).build();
    client.expect("the settings are sound")
}

fn json(body: &Value) -> Response {
    Json(body.clone()).into_response()
}

fn good(_: usize) -> Response {
    json(&json!({ "access_token": "a-t", "token_type": "Bearer", "expires_in": 300 }))
}

/// The browser is not opened, and no code is asked for.
#[tokio::test]
async fn that_send_the_browser_elsewhere() {
    const PROVIDER: &str = "https://login.example/authorize";
    let cases: [(&str, Login); 10] = [
        ("no redirect", |_| None),
        ("no URL", |_| Some("/authorize".to_owned())),
        ("plain HTTP", |query| {
            Some(redirect(query, "http://login.example/authorize", &[]))
        }),
        ("a script", |_| Some("javascript:alert(1)".to_owned())),
        ("a file", |_| Some("file:///etc/passwd?state=s".to_owned())),
        ("the code elsewhere", |query| {
            let elsewhere = [("redirect_uri", "https://attacker.example/callback")];
            Some(redirect(query, PROVIDER, &elsewhere))
        }),
        ("no state", |query| {
            Some(redirect(query, PROVIDER, &[("state", "")]))
        }),
        ("no proof", |query| {
            Some(redirect(query, PROVIDER, &[("code_challenge", "")]))
        }),
        ("another proof", |query| {
            let other = [(
                "code_challenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            )];
            Some(redirect(query, PROVIDER, &other))
        }),
        ("a token", |query| {
            Some(redirect(query, PROVIDER, &[("response_type", "token")]))
        }),
    ];
    for (case, login) in cases {
        let (router, requests) = endpoints(login, good);
        let address = serve(router).await;
        let client = client(&address);
        let flow = CodeFlow::new().ports([0]).show(|_| ());
        let flow = flow.open(|url| panic!("a browser was opened at {url}"));
        let refused = client.sign_in(flow).await;
        let is_refused = matches!(refused, Err(Error::Unusable(_) | Error::Refused(_)));
        assert!(is_refused, "{case}: {refused:?}");
        assert_eq!(requests.load(Ordering::Relaxed), 0, "{case}");
        assert!(client.stored().await.expect("readable").is_none(), "{case}");
    }
}

/// Nothing is stored, and nothing of the answer is followed.
#[tokio::test]
async fn whose_tokens_are_none() {
    let cases: [(&str, Answer); 9] = [
        ("a page", |_| "<html>welcome</html>".into_response()),
        ("a page that says it is JSON", |_| {
            ([(header::CONTENT_TYPE, "application/json")], "<html>").into_response()
        }),
        ("JSON that says it is a page", |_| {
            let token = r#"{"access_token":"a","token_type":"Bearer"}"#;
            ([(header::CONTENT_TYPE, "text/html")], token).into_response()
        }),
        ("too much", |_| json(&json!({ "a": "x".repeat(2 << 20) }))),
        ("nothing", |_| StatusCode::NO_CONTENT.into_response()),
        ("a redirect", |_| {
            let to = [(header::LOCATION, "https://attacker.example/token")];
            (StatusCode::TEMPORARY_REDIRECT, to).into_response()
        }),
        ("another type", |_| {
            json(&json!({ "access_token": "a", "token_type": "DPoP" }))
        }),
        ("a header in the token", |_| {
            json(&json!({ "access_token": "a\r\nx: y", "token_type": "Bearer" }))
        }),
        ("no token", |_| json(&json!({ "token_type": "Bearer" }))),
    ];
    for (case, token) in cases {
        let login: Login = |query| Some(redirect(query, "http://127.0.0.1:9/authorize", &[]));
        let (router, requests) = endpoints(login, token);
        let address = serve(router).await;
        let client = client(&address);
        let refused = client.sign_in(code_flow()).await;
        assert!(refused.is_err(), "{case}: {refused:?}");
        assert_eq!(requests.load(Ordering::Relaxed), 1, "{case}");
        let refused = client.sign_in(DeviceFlow::new().show(|_| ())).await;
        assert!(refused.is_err(), "{case}: {refused:?}");
        assert!(client.stored().await.expect("readable").is_none(), "{case}");
    }
}

/// The same application when it does not lie, so that the cases above are about their lies.
#[tokio::test]
async fn without_lies() {
    let login: Login = |query| Some(redirect(query, "http://127.0.0.1:9/authorize", &[]));
    let (router, _) = endpoints(login, good);
    let token = client(&serve(router).await).sign_in(code_flow()).await;
    assert_eq!(token.expect("a token").access_token(), "a-t");
}

/// Plain HTTP is for this machine, and the port must be free.
#[tokio::test]
async fn and_places_that_are_not_safe() {
    for address in ["http://app.example", "ftp://app.example", "app.example", ""] {
        let refused = Client::new(address);
        assert!(matches!(refused, Err(Error::Settings(_))), "{address}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it has an address").port();
    let client = client("https://app.example");
    let refused = client.sign_in(CodeFlow::new().ports([port])).await;
    assert!(matches!(refused, Err(Error::NoFreePort(_))), "{refused:?}");
}
