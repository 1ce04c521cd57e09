//! `inspect`: its verdict is the server's.

use axum::http::StatusCode;
use oidc_devidp::{Endpoint, Fault, TestKey};
use serde_json::json;

use crate::support::{App, Home, signed_in};

/// What the server answers to a request with this token.
async fn status(app: &App, token: &str) -> StatusCode {
    let request = reqwest::Client::new().get(app.me()).bearer_auth(token);
    request.send().await.expect("it responds").status()
}

#[tokio::test]
async fn the_verdict_is_that_of_the_server() {
    let (app, home) = (App::start().await, Home::new());
    let idp = &app.idp;
    let foreign = TestKey::rsa(2048);
    for (token, reason) in [
        (idp.token().sub("bob").scope("read").mint(), None),
        (idp.token().expires_in(-600).mint(), Some("token_expired")),
        (
            idp.token().audience("other").mint(),
            Some("audience_mismatch"),
        ),
        (
            idp.token().issuer("https://else.example").mint(),
            Some("issuer_mismatch"),
        ),
        (idp.id_token().mint(), Some("not_an_access_token")),
        (idp.token().key(&foreign).mint(), Some("signature_invalid")),
        (idp.token().kid("unknown").mint(), Some("kid_unknown")),
        (idp.token().unsigned().mint(), Some("alg_not_allowed")),
        (idp.token().hmac(b"secret").mint(), Some("alg_not_allowed")),
        ("random-opaque-token".to_owned(), Some("token_malformed")),
    ] {
        let output = home.inspect(&token, &app.variables(), &["--json"]).await;
        let report = output.json();
        assert_eq!(report["valid"], json!(reason.is_none()), "{output:?}");
        assert_eq!(report["reason"]["code"], json!(reason), "{output:?}");
        assert_eq!(output.code, i32::from(reason.is_some()), "{output:?}");
        let expected = if reason.is_none() {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(status(&app, &token).await, expected, "{reason:?}");

        let text = home.inspect(&token, &app.variables(), &[]).await;
        assert_eq!(text.code, output.code);
        assert!(
            !text.contains(&token) && !output.contains(&token),
            "{reason:?}"
        );
        let warns = text.stdout.contains("NOT VERIFIED");
        assert_eq!(warns, reason.is_some() && token.contains('.'), "{text:?}");
    }
}

#[tokio::test]
async fn the_issuer_of_an_opaque_token_is_asked() {
    let (app, home) = (App::start().await, Home::new());
    let introspects = ("OIDC_INTROSPECTION", "opaque".to_owned());
    let variables = [&app.variables()[..], &[introspects]].concat();
    let token = app.idp.token().sub("bob").opaque().mint();
    let output = home.inspect(&token, &variables, &["--json"]).await;
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(output.json()["user"]["subject"], json!("bob"));
    assert_eq!(output.json()["token"]["kind"], json!("opaque"));
    assert!(!output.contains(&token));

    let output = home.inspect("unknown-token", &variables, &["--json"]).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert_eq!(output.json()["reason"]["code"], json!("token_inactive"));

    app.idp.fault(Endpoint::Introspection, Fault::Status(500));
    let output = home.inspect(&token, &variables, &["--json"]).await;
    assert_eq!(output.code, 3, "{output:?}");
}

#[tokio::test]
async fn a_valid_token_says_who_it_stands_for() {
    let (app, home) = (App::start().await, Home::new());
    let token = app.idp.token().sub("bob").scope("read write").mint();
    let header = format!("Authorization: Bearer {token}\r\n");
    let report = home
        .inspect(&header, &app.variables(), &["--json"])
        .await
        .json();
    let user = &report["user"];
    assert_eq!(user["subject"], json!("bob"));
    assert_eq!(user["issuer"], json!(app.idp.issuer()));
    assert_eq!(user["issuer_name"], json!("own"));
    assert_eq!(user["scopes"], json!(["read", "write"]));
    assert!(user["expires"].is_u64());
    assert_eq!(report["token"]["kind"], json!("jwt"));
    assert_eq!(report["token"]["claims"]["sub"], json!("bob"));
    assert_eq!(report["token"]["header"]["alg"], json!("RS256"));
    assert_eq!(report["further"], json!([]));
}

#[tokio::test]
async fn everything_that_is_wrong_is_named() {
    let (app, home) = (App::start().await, Home::new());
    let token = app.idp.token().audience("other").expires_in(-600).mint();
    let report = home
        .inspect(&token, &app.variables(), &["--json"])
        .await
        .json();
    let further = report["further"].as_array().expect("a list");
    let mut codes: Vec<_> = further.iter().map(|reason| &reason["code"]).collect();
    codes.push(&report["reason"]["code"]);
    for code in ["token_expired", "audience_mismatch"] {
        assert!(codes.contains(&&json!(code)), "{codes:?}");
    }
}

#[tokio::test]
async fn without_its_provider_there_is_no_verdict() {
    let (app, home) = (App::start().await, Home::new());
    let token = app.idp.token().mint();
    app.idp.fault(Endpoint::Discovery, Fault::Down);
    let output = home.inspect(&token, &app.variables(), &["--json"]).await;
    assert_eq!(output.code, 3, "{output:?}");
    assert_eq!(output.json()["valid"], json!(null));
}

#[tokio::test]
async fn without_settings_or_token_it_asks_for_them() {
    let (app, home) = (App::start().await, Home::new());
    let output = home.inspect("x", &[], &["--json"]).await;
    assert_eq!(output.code, 2, "{output:?}");
    assert!(output.stderr.contains("OIDC_CLIENT_ID"), "{output:?}");
    let output = home.inspect("", &app.variables(), &["--json"]).await;
    assert_eq!(output.code, 2, "{output:?}");
    assert_eq!(output.error()["error"], json!("usage"));
}

#[tokio::test]
async fn the_stored_token_can_be_inspected() {
    let (app, home) = signed_in("alice").await;
    let output = home
        .inspect("", &app.variables(), &["--json", "--server", &app.address])
        .await;
    assert_eq!(output.code, 0, "{output:?}");
    assert_eq!(output.json()["user"]["subject"], json!("alice"));
}

#[tokio::test]
async fn settings_may_be_in_a_file() {
    let (app, home) = (App::start().await, Home::new());
    let file = tempfile::NamedTempFile::new().expect("a file");
    let lines = app
        .variables()
        .map(|(name, value)| format!("{name}=\"{value}\"\n"));
    std::fs::write(file.path(), lines.concat()).expect("it is writable");
    let path = file.path().to_str().expect("text");
    let token = app.idp.token().mint();
    let output = home.inspect(&token, &[], &["--env-file", path]).await;
    assert_eq!(output.code, 0, "{output:?}");
    std::fs::write(file.path(), "OIDC_CLIENT_ID=a\nnonsense-s3cret\n").expect("it is writable");
    let output = home.inspect(&token, &[], &["--env-file", path]).await;
    assert_eq!(output.code, 2, "{output:?}");
    assert!(
        output.stderr.contains("line 2") && !output.contains("s3cret"),
        "{output:?}"
    );
}
