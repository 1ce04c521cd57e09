//! The Python companion client signs in to an application built on this crate, as it is.

use serde_json::Value;

use crate::support::contract;
use crate::support::process::Server;
use crate::support::provider::{CONFIDENTIAL_CLIENT, NpmProvider, Options};
use crate::support::python::companion_client;

async fn run(app: &Server, arguments: &[&str]) -> Value {
    let host = format!("{}/api/test", app.url());
    companion_client(&[arguments, &["--host", &host]].concat()).await
}

/// The subject that `/protected` sees in a token of the client.
async fn subject(app: &Server, token: &Value) -> Value {
    let header = token["headers"]["Authorization"]
        .as_str()
        .expect("the client's own header");
    let request = reqwest::Client::new().get(format!("{}/protected", app.url()));
    let response = request
        .header("authorization", header)
        .send()
        .await
        .expect("an answer");
    response.json::<Value>().await.expect("JSON")["sub"].clone()
}

#[tokio::test]
async fn code_flow_signs_in_and_refreshes() {
    let provider = NpmProvider::start(&Options::default()).await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let outcome = run(&app, &["code", "--refresh"]).await;
        assert_eq!(outcome["ok"], true, "{example}: {outcome}");
        assert_eq!(subject(&app, &outcome["token"]).await, "alice", "{example}");
        assert_eq!(
            subject(&app, &outcome["refreshed"]).await,
            "alice",
            "{example}"
        );
        assert_ne!(
            outcome["token"]["refresh_token"],
            outcome["refreshed"]["refresh_token"]
        );
        assert_prints_no_secret(&app, &outcome);
    }
}

fn assert_prints_no_secret(app: &Server, outcome: &Value) {
    for name in ["access_token", "refresh_token"] {
        let secret = outcome["token"][name].as_str().expect("a token");
        assert!(!app.output().contains(secret), "the log holds the {name}");
    }
}

#[tokio::test]
async fn code_flow_signs_in_to_a_confidential_client() {
    let options = Options {
        alg: "ES256",
        ..Options::default()
    };
    let provider = NpmProvider::start(&options).await;
    let client = [
        ("OIDC_CLIENT_ID", CONFIDENTIAL_CLIENT),
        ("OIDC_CLIENT_SECRET", options.client_secret),
    ];
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &client).await;
        let outcome = run(&app, &["code", "--user", "bob"]).await;
        assert_eq!(outcome["ok"], true, "{example}: {outcome}");
        assert_eq!(subject(&app, &outcome["token"]).await, "bob", "{example}");
        assert!(!app.output().contains(options.client_secret), "{example}");
    }
}

#[tokio::test]
async fn device_flow_signs_in() {
    let provider = NpmProvider::start(&Options::default()).await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let outcome = run(&app, &["device", "--refresh"]).await;
        assert_eq!(outcome["ok"], true, "{example}: {outcome}");
        assert_eq!(subject(&app, &outcome["token"]).await, "alice", "{example}");
        assert_eq!(
            subject(&app, &outcome["refreshed"]).await,
            "alice",
            "{example}"
        );
    }
}

#[tokio::test]
async fn device_flow_ends_when_the_user_declines() {
    let provider = NpmProvider::start(&Options::default()).await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let outcome = run(&app, &["device", "--decline"]).await;
        assert_eq!(
            outcome["message"], "Device flow failed: access_denied",
            "{example}"
        );
    }
}

#[tokio::test]
async fn client_falls_back_to_the_code_flow() {
    let provider = NpmProvider::start(&Options {
        device_flow: false,
        ..Options::default()
    })
    .await;
    for example in contract::EXAMPLES {
        let app = contract::start(example, &provider, &[]).await;
        let outcome = run(&app, &["auto"]).await;
        assert_eq!(outcome["ok"], true, "{example}: {outcome}");
        let opened = outcome["pages"][0]["opened"]
            .as_str()
            .expect("the browser was opened");
        assert!(opened.contains("/auth/v2/login"), "{example}: {opened}");
    }
}
