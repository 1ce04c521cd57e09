//! Tokens that can never be verified here. Anyone can send one, so the log explains only once what
//! to change if it is the provider's, and repeats nothing of it except the name of its algorithm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::{Endpoint, Tamper};
use serde_json::{Value, json};
use tracing::Level;

use super::codes::{RUNTIME, sign_in, start, start_with};
use crate::sign_in::Browser;
use crate::support::bench::Bench;
use crate::support::logs::Line;
use crate::support::servers::Server;

/// The events of this library that an operator sees by default.
fn visible(lines: &[Line]) -> Vec<&Line> {
    let of_us = lines.iter().filter(|line| line.target.starts_with(RUNTIME));
    of_us
        .filter(|line| line.level <= Some(Level::INFO) && line.level.is_some())
        .collect()
}

/// Sends these tokens to an application on each framework. The first one is explained by a single
/// event with these parts; the others, and what comes after them, by none.
async fn check_once(code: &str, tokens: &[String], event: &[(&str, &str)]) {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        // Now the provider is known, and events about it are over.
        let good = bench.good_token();
        assert_eq!(server.get("/required", good.as_str()).await.status, 200);
        logs.take();
        for (index, token) in tokens.iter().enumerate() {
            let reply = server.get("/required", token.as_str()).await;
            assert_eq!(reply.status, 401, "{token}: {reply:?}");
            let lines = logs.take();
            let rejected =
                |line: &Line| line.field("code") == code && line.field("status") == "401";
            assert!(lines.iter().any(rejected), "{token}: {lines:#?}");
            let visible = visible(&lines);
            if index > 0 {
                assert!(visible.is_empty(), "{token}: {visible:#?}");
                continue;
            }
            let [line] = visible[..] else {
                panic!("{token}: {lines:#?}");
            };
            assert_eq!(line.field("code"), code);
            assert_eq!(line.level, Some(Level::INFO));
            for (field, part) in event {
                assert!(line.field(field).contains(part), "{line}");
            }
            assert!(!line.to_string().contains(token.as_str()), "{line}");
        }
    }
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

#[tokio::test]
async fn opaque_tokens_are_explained_once() {
    let tokens = [
        "2YotnFZFEjr1zCsicMWpAA",
        "ya29.a0AfB_byC-1234567890",
        "v4.local.AAAA.BBBB",
        "undefined",
    ];
    let event = [
        ("message", "not a JWT"),
        ("message", "opaque"),
        ("message", "`audience` (OIDC_AUDIENCE)"),
    ];
    check_once("token_malformed", &tokens.map(str::to_owned), &event).await;
}

/// Text in the form of a JWT, or not in that of any token, shows nothing about the provider's tokens.
#[tokio::test]
async fn garbage_is_not_an_opaque_token() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let good = bench.good_token();
        assert_eq!(server.get("/required", good.as_str()).await.status, 200);
        logs.take();
        for (token, status) in [("a.b.c", 401), ("..", 401), ("a,b", 400), ("\"a\"", 400)] {
            let reply = server.get("/required", token).await;
            assert_eq!(reply.status, status, "{token}: {reply:?}");
            let lines = logs.take();
            assert!(visible(&lines).is_empty(), "{token}: {lines:#?}");
        }
    }
}

#[tokio::test]
async fn encrypted_tokens_are_explained_once() {
    let header = part(&json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "cty": "JWT" }));
    let tokens = [
        format!("{header}.AAAA.AAAA.AAAA.AAAA"),
        format!("{header}.AAAA.AAAA"),
        "one.two.three.four.five".to_owned(),
        format!("{header}.BBBB.AAAA.AAAA.AAAA"),
    ];
    let event = [
        ("message", "encrypted"),
        ("message", "disable the encryption"),
    ];
    check_once("token_encrypted", &tokens, &event).await;
}

#[tokio::test]
async fn unknown_algorithms_are_explained_once() {
    let with_alg = |alg: &str| format!("{}.e30.AAAA", part(&json!({ "alg": alg })));
    let event = [
        ("found", r#""ES512""#),
        ("accepted", "RS256 RS384 RS512 PS256"),
        ("message", "configure the provider to sign"),
        ("message", "`algorithms` (OIDC_ALGORITHMS)"),
    ];
    let tokens = ["ES512", "HS256", "none"].map(with_alg);
    check_once("alg_not_allowed", &tokens, &event).await;

    let hostile = "\u{1b}[31m\r\nforged=line ".repeat(100);
    let event = [("found", r#""\u{1b}[31m\r\nforged=line "#)];
    check_once("alg_not_allowed", &[with_alg(&hostile)], &event).await;
}

/// The key of such a token is none of the known ones, but fetching it would not help.
#[tokio::test]
async fn a_narrowed_algorithm_is_explained() {
    let bench = Bench::start().await;
    let good = bench.good_token();
    for framework in [Server::axum, Server::actix] {
        let builder = bench.builder().algorithms([oidc::Algorithm::Rs256]);
        let (server, logs) = start_with(framework, builder);
        assert_eq!(server.get("/required", good.as_str()).await.status, 200);
        logs.take();
        bench.idp.reset_hits();
        let token = bench.idp.token().alg(oidc_devidp::Algorithm::Ps512).mint();
        assert_eq!(server.get("/required", token.as_str()).await.status, 401);
        assert_eq!(bench.idp.hits(Endpoint::Jwks), 0);
        let lines = logs.take();
        let [line] = visible(&lines)[..] else {
            panic!("{lines:#?}");
        };
        assert_eq!(line.field("code"), "alg_not_allowed");
        assert_eq!(line.field("found"), r#""PS512""#);
        assert_eq!(line.field("accepted"), "RS256");
        assert!(line.field("supported").contains("PS512"), "{line}");
    }
}

/// Only the provider issues ID tokens, so each sign-in that fails like this is logged at WARN.
#[tokio::test]
async fn id_tokens_are_explained_each_time() {
    let bench = Bench::start().await;
    for framework in [Server::axum, Server::actix] {
        let (server, logs) = start(framework, &bench);
        let browser = Browser::new(&server);
        let encrypted = [
            ("message", "encrypted"),
            ("message", "disable the encryption"),
        ];
        let unsigned = [("found", r#""none""#), ("message", "OIDC_ALGORITHMS")];
        let cases = [
            (Tamper::EncryptedIdToken, "token_encrypted", encrypted),
            (Tamper::SigNone, "alg_not_allowed", unsigned),
        ];
        for (tamper, code, event) in cases.into_iter().chain(cases) {
            bench.idp.tamper(tamper);
            logs.take();
            let reply = sign_in(&browser, &bench).await;
            bench.idp.untamper();
            assert_eq!(reply.status, 502, "{tamper:?}: {reply:?}");
            let lines = logs.take();
            let warnings = visible(&lines);
            let warnings: Vec<_> = warnings
                .iter()
                .filter(|line| line.level == Some(Level::WARN) && line.field("code") == code)
                .collect();
            let [line, response] = warnings[..] else {
                panic!("{tamper:?}: {lines:#?}");
            };
            for (field, part) in event {
                assert!(line.field(field).contains(part), "{tamper:?}: {line}");
            }
            assert_eq!(response.field("status"), "502", "{tamper:?}: {response}");
        }
    }
}
