//! Requests to guarded handlers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use oidc_devidp::{Endpoint, Fault, TestKey};
use reqwest::Method;
use serde_json::json;

use super::{Stage, bench};
use crate::support::bench::Bench;
use crate::support::reply::Reply;
use crate::support::servers::Server;

/// A token for every reason to reject one, and a valid one.
fn tokens(bench: &Bench) -> Vec<(&'static str, String)> {
    let token = || bench.idp.token();
    let good = token().mint();
    let (start, signature) = good.rsplit_once('.').expect("a token has three parts");
    let reversed: String = signature.chars().rev().collect();
    vec![
        ("tampered", format!("{start}.{reversed}")),
        ("five parts", format!("{good}.{reversed}.{reversed}")),
        ("malformed", format!("{good},{reversed}")),
        ("not ASCII", format!("{good}\u{e9}")),
        ("expired", token().expires_in(-60).mint()),
        (
            "early",
            token().claim("nbf", json!(9_999_999_999_i64)).mint(),
        ),
        ("of later", token().issued_in(3600).mint()),
        ("for others", token().audience("other").mint()),
        ("of others", token().issuer("https://other.example").mint()),
        ("an ID token", bench.idp.id_token().mint()),
        ("unsigned", token().unsigned().mint()),
        ("of no key", token().kid("unknown").mint()),
        ("of another key", token().key(&TestKey::ec_p256()).mint()),
        ("without subject", token().without("sub").mint()),
        (
            "with a wrong type",
            token().claim("exp", json!("soon")).mint(),
        ),
        (
            "too large",
            token().claim("x", json!("y".repeat(20_000))).mint(),
        ),
        ("random", URL_SAFE_NO_PAD.encode(good.as_bytes())),
        ("good", good),
    ]
}

async fn show(stage: &mut Stage, case: &str, token: &str) {
    stage.secrets.add_token(case, token);
    for path in [
        "/required",
        "/scoped",
        "/optional",
        "/rejected",
        "/api/auth/v2/userinfo",
    ] {
        let reply = stage.server.get(path, token).await;
        stage.note(&format!("{case} to {path}"), reply);
        let elsewhere = [
            stage
                .server
                .request(Method::GET, &format!("{path}?access_token={token}")),
            stage
                .server
                .request(Method::GET, path)
                .header("authorization", format!("Basic {token}")),
            stage
                .server
                .request(Method::GET, path)
                .bearer_auth(token)
                .bearer_auth(token),
            stage
                .server
                .request(Method::GET, path)
                .header("cookie", format!("token={token}")),
        ];
        for request in elsewhere {
            let reply = Reply::of(request).await;
            stage.note(&format!("{case} to {path}, elsewhere"), reply);
        }
    }
}

#[tokio::test]
async fn show_no_token() {
    let bench = bench().await;
    for start in [Server::axum, Server::actix] {
        let mut stage = Stage::new(start, &bench);
        for (case, token) in tokens(&bench) {
            show(&mut stage, case, &token).await;
        }
        stage.finish();
    }
}

#[tokio::test]
async fn show_no_token_while_the_provider_fails() {
    let bench = bench().await;
    for start in [Server::axum, Server::actix] {
        let faults = [
            Fault::Down,
            Fault::Status(500),
            Fault::Garbage,
            Fault::WrongIssuer,
        ];
        for fault in faults {
            for endpoint in [Endpoint::Discovery, Endpoint::Jwks] {
                bench.idp.heal();
                bench.idp.fault(endpoint, fault.clone());
                let mut stage = Stage::new(start, &bench);
                show(&mut stage, &format!("good, {fault:?}"), &bench.good_token()).await;
                stage.finish();
            }
        }
        bench.idp.heal();
    }
}
