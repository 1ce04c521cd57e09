//! Assertions that somebody else makes: in a file, or by a function of the application.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use oidc::{ClientAuth, Oidc};
use serde_json::{Value, json};

use super::{Recorder, Request, app};
use crate::support::logs::Logs;
use crate::support::reply::Reply;
use crate::support::servers::Server;

fn with(recorder: &Recorder, auth: ClientAuth) -> Oidc {
    let builder = recorder.builder().client_auth(auth);
    builder.build().expect("the configuration is sound")
}

/// What the provider is sent, or the line of the log that says why not.
async fn outcome(recorder: &Recorder, server: &Server, logs: &Logs) -> Result<String, String> {
    logs.take();
    let reply = Request::Refresh.send(server).await;
    if reply.status == 200 {
        return Ok(recorder.take_one().assertion().to_owned());
    }
    assert_is_unavailable(&reply);
    assert_eq!(recorder.take().len(), 0, "nothing is sent");
    let lines = logs.take().into_iter().map(|line| line.to_string());
    let told = lines
        .into_iter()
        .find(|line| line.contains("client assertion"));
    Err(told.expect("a line about it"))
}

#[track_caller]
fn assert_is_unavailable(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    assert!(reply.headers.contains_key("retry-after"), "{reply:?}");
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!(body["error"], "temporarily_unavailable", "{reply:?}");
}

#[track_caller]
fn assert_fails_with(outcome: Result<String, String>, parts: &[&str]) {
    let line = outcome.expect_err("nothing to send");
    for part in parts {
        assert!(line.contains(part), "{part}: {line}");
    }
}

fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).expect("the file is written");
}

/// The file is read for each request.
#[tokio::test]
async fn of_a_file() {
    let recorder = Recorder::start(json!({})).await;
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("assertion");
    let shown = path.to_str().expect("UTF-8");
    for start in [Server::axum, Server::actix] {
        let logs = Logs::default();
        let oidc = with(&recorder, ClientAuth::assertion_file(&path));
        let server = logs.listen(|| start(app(), oidc));
        let ask = async || outcome(&recorder, &server, &logs).await;

        assert_fails_with(ask().await, &[shown, "cannot be read"]);
        write(&path, "first");
        assert_eq!(ask().await.as_deref(), Ok("first"));
        write(&path, " \r\n\tsecond.+/=\u{e4}\n\n");
        assert_eq!(ask().await.as_deref(), Ok("second.+/=\u{e4}"));
        for content in ["", " \n"] {
            write(&path, content);
            assert_fails_with(ask().await, &[shown, "is empty"]);
        }
        write(&path, b"\xff\xfe");
        assert_fails_with(ask().await, &[shown, "cannot be read"]);
        write(&path, "third");
        assert_eq!(ask().await.as_deref(), Ok("third"));
        fs::remove_file(&path).expect("a file");
        assert_fails_with(ask().await, &[shown, "cannot be read"]);
    }
}

/// The function is called for each request.
#[tokio::test]
async fn of_a_function() {
    let recorder = Recorder::start(json!({})).await;
    for start in [Server::axum, Server::actix] {
        let next = Arc::new(Mutex::new(Ok(String::new())));
        let given = Arc::clone(&next);
        let function = move || {
            let result: Result<String, &str> = given.lock().expect("nothing panics").clone();
            async { result }
        };
        let logs = Logs::default();
        let oidc = with(&recorder, ClientAuth::assertion(function));
        let server = logs.listen(|| start(app(), oidc));
        let ask = async |result: Result<&str, &'static str>| {
            *next.lock().expect("nothing panics") = result.map(str::to_owned);
            outcome(&recorder, &server, &logs).await
        };

        assert_eq!(ask(Ok("first")).await.as_deref(), Ok("first"));
        assert_eq!(ask(Ok(" second\n")).await.as_deref(), Ok("second"));
        assert_fails_with(ask(Err("the vault is shut")).await, &["the vault is shut"]);
        assert_fails_with(ask(Ok(" \n")).await, &["returned nothing"]);
        assert_eq!(ask(Ok("third")).await.as_deref(), Ok("third"));
    }
}
