//! `doctor`: of sound and of hostile addresses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::HeaderMap;
use oidc_devidp::{Endpoint, Fault, TestIdp};
use serde_json::{Value, json};

use crate::support::{App, Home, Output, site};

/// Whether a finding of this level is about this check and says this.
fn finds(report: &Value, level: &str, check: &str, text: &str) -> bool {
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().any(|finding| {
        finding["level"] == json!(level)
            && finding["check"] == json!(check)
            && finding.to_string().contains(text)
    })
}

async fn doctor(home: &Home, address: &str) -> Output {
    home.run(["doctor", "--json", "--timeout", "5", address])
        .await
}

#[tokio::test]
async fn a_sound_server_and_provider_have_no_trouble() {
    let (app, home) = (App::start().await, Home::new());
    for (address, kind) in [
        (app.address.as_str(), "server"),
        (app.idp.issuer(), "provider"),
    ] {
        let output = doctor(&home, address).await;
        let report = output.json();
        assert_eq!(output.code, 0, "{output:?}");
        assert_eq!(report["kind"], json!(kind));
        assert_eq!(report["address"], json!(address));
        assert_eq!(report["reached"], json!(true));
        assert_eq!(report["worst"], json!("note"), "{output:?}");
    }
    let mut with_settings = home.command(["doctor", "--json"]);
    with_settings.envs(app.variables());
    let output = Output::of(&mut with_settings).await;
    assert_eq!(
        (output.code, &output.json()["kind"]),
        (0, &json!("provider")),
        "{output:?}"
    );
}

#[tokio::test]
async fn a_hostile_document_is_a_problem() {
    let home = Home::new();
    let idp = TestIdp::start().await;
    let issuer = idp.issuer();
    let body = |text: Value| Fault::Body(text.to_string());
    let document = |endpoint: &str| {
        json!({
            "issuer": issuer, "jwks_uri": format!("{issuer}/jwks"),
            "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": endpoint,
        })
    };
    for (fault, check, text) in [
        (Fault::Garbage, "discovery", "no discovery document"),
        (Fault::Empty, "discovery", "no discovery document"),
        (Fault::Status(500), "discovery", "answers 500"),
        (
            Fault::Redirect("https://else.example/".to_owned()),
            "discovery",
            "else.example",
        ),
        (Fault::WrongIssuer, "issuer", "OIDC_ISSUER"),
        (
            body(document("http://else.example/token")),
            "endpoints",
            "not https",
        ),
        (
            body(document("https://a:b@else.example/")),
            "endpoints",
            "password",
        ),
        (
            body(document("file:///etc/passwd")),
            "endpoints",
            "neither https",
        ),
        (body(json!({ "issuer": "\u{1b}[2J" })), "issuer", "\u{fffd}"),
    ] {
        let saying = format!("{fault:?}");
        idp.fault(Endpoint::Discovery, fault);
        let output = doctor(&home, issuer).await;
        assert_eq!(output.code, 1, "{saying}: {output:?}");
        assert!(
            finds(&output.json(), "problem", check, text),
            "{saying}: {output:?}"
        );
    }
}

#[tokio::test]
async fn what_does_not_end_is_given_up() {
    let home = Home::new();
    let idp = TestIdp::start().await;
    idp.fault(Endpoint::Discovery, Fault::Huge(50 << 20));
    let output = doctor(&home, idp.issuer()).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(
        finds(&output.json(), "problem", "connection", "larger"),
        "{output:?}"
    );

    idp.fault(Endpoint::Discovery, Fault::Drip);
    let output = home
        .run(["doctor", "--json", "--timeout", "1", idp.issuer()])
        .await;
    assert_eq!(output.code, 3, "{output:?}");
    assert!(
        finds(&output.json(), "problem", "connection", "time"),
        "{output:?}"
    );
}

#[tokio::test]
async fn keys_are_looked_at() {
    let home = Home::new();
    let idp = TestIdp::start().await;
    let weak = json!({ "kty": "RSA", "kid": "weak", "e": "AQAB", "n": "w".repeat(171) });
    let secret = json!({ "kty": "oct", "kid": "a", "k": "c2VjcmV0" });
    for (keys, text) in [
        (json!({ "keys": [weak] }), "1024 bits"),
        (json!({ "keys": [secret] }), "symmetric"),
        (json!({ "keys": [] }), "none of 0"),
    ] {
        idp.publish_jwks(keys);
        let output = doctor(&home, idp.issuer()).await;
        assert_eq!(output.code, 1, "{output:?}");
        let report = output.json();
        let found = ["problem", "warning"]
            .iter()
            .any(|level| finds(&report, level, "keys", text));
        assert!(found, "{text}: {output:?}");
        assert!(!output.contains("c2VjcmV0"));
    }
}

/// The document is somebody else's: it does not make this machine ask others for things.
#[tokio::test]
async fn keys_are_not_fetched_from_where_no_server_would() {
    let home = Home::new();
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let keys = site(Router::new().fallback(async move || {
        counter.fetch_add(1, Ordering::SeqCst);
    }))
    .await;
    for address in [
        format!("{keys}/keys#a"),
        keys.replace("http://", "http://user@"),
    ] {
        let document = json!({ "issuer": "https://login.example", "jwks_uri": address });
        let provider = site(Router::new().fallback(async move || axum::Json(document))).await;
        let output = doctor(&home, &provider).await;
        assert!(
            finds(&output.json(), "problem", "endpoints", "jwks_uri"),
            "{output:?}"
        );
        assert_eq!(requests.load(Ordering::SeqCst), 0, "{output:?}");
    }
}

#[tokio::test]
async fn no_secret_of_the_settings_is_sent() {
    let (app, home) = (App::start().await, Home::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let answer = async move |headers: HeaderMap, body: String| {
        let request = format!("{headers:?} {body}");
        log.lock().expect("nobody panics").push(request);
        axum::Json(json!({}))
    };
    let address = site(Router::new().fallback(answer)).await;
    let mut command = home.command(["doctor", &address]);
    command
        .envs(app.variables())
        .env("OIDC_CLIENT_SECRET", "s3cret");
    let output = Output::of(&mut command).await;
    assert!(!output.contains("s3cret"));
    let seen = seen.lock().expect("nobody panics").concat();
    assert!(
        seen.contains("application/json") && !seen.contains("s3cret"),
        "{seen}"
    );
}

#[tokio::test]
async fn nothing_may_be_there() {
    let home = Home::new();
    let output = doctor(&home, "http://127.0.0.1:1").await;
    assert_eq!(output.code, 3, "{output:?}");
    assert_eq!(output.json()["reached"], json!(false));
    let output = doctor(&home, "ftp://127.0.0.1").await;
    assert_eq!(output.code, 2, "{output:?}");
    let output = home.run(["doctor", "--json"]).await;
    assert_eq!(output.code, 2, "{output:?}");
}
