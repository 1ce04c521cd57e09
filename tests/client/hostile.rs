//! Applications that lie: a clear error, nothing stored, nothing sent elsewhere.

use std::sync::atomic::Ordering;

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
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

/// A refresh token ends when the application says so, and not with the page of a proxy in front of it.
#[tokio::test]
async fn whose_pages_end_no_sign_in() {
    const REFRESH_TOKEN: &str = "r-e-f-r-e-s-h-token";
    fn token(request: usize) -> Response {
        let refused = |status, body| (status, json(&body)).into_response();
        let page = |status| (status, Html("<h1>sign in to the proxy</h1>")).into_response();
        let refresh_token = json!(REFRESH_TOKEN);
        match request {
            0 => json(&json!({
                "access_token": "old",
                "token_type": "Bearer",
                "expires_in": 300,
                "refresh_token": refresh_token,
            })),
            1 => page(StatusCode::BAD_REQUEST),
            2 => page(StatusCode::UNAUTHORIZED),
            3 => refused(StatusCode::UNAUTHORIZED, json!({})),
            4 => refused(
                StatusCode::BAD_REQUEST,
                json!({ "error": "invalid_client" }),
            ),
            5 => {
                let text = format!("who is {REFRESH_TOKEN}?");
                refused(StatusCode::BAD_REQUEST, json!({ "detail": text }))
            }
            _ => good(request),
        }
    }
    let login: Login = |query| Some(redirect(query, "http://127.0.0.1:9/authorize", &[]));
    let (router, requests) = endpoints(login, token);
    let clock = TestClock::default();
    let client = Client::builder(serve(router).await).store(MemoryStore::default());
    let client = client.clock(clock.clone()).build().expect("sound");
    client.sign_in(code_flow()).await.expect("a token");
    clock.shift(301);
    for request in 1..=5 {
        let error = client.token().await.expect_err("there is no new token");
        assert!(
            !matches!(error, Error::SignInRequired(_)),
            "{request}: {error}"
        );
        assert!(
            !format!("{error} {error:?}").contains(REFRESH_TOKEN),
            "{error:?}"
        );
        assert_eq!(requests.load(Ordering::Relaxed), request + 1);
        let stored = client
            .stored()
            .await
            .expect("readable")
            .expect("it is kept");
        assert_eq!(stored.refresh_token(), Some(REFRESH_TOKEN), "{request}");
    }
    let token = client.token().await.expect("a token");
    assert_eq!(token.access_token(), "a-t");
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
