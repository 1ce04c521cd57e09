//! `get`: where the token goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use oidc_devidp::{Endpoint, Fault};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::timeout;

use crate::support::{App, EXACT, Home, signed_in, site};

/// For what comes within seconds.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_server_gets_its_token() {
    let (app, home) = signed_in("carol").await;
    assert_eq!(home.run(["get", &app.me()]).await.stdout, "carol");

    let answer = home.run(["get", "--json", &app.me()]).await.json();
    assert_eq!(answer["status"], json!(200));
    assert_eq!(answer["body"], json!("carol"));
    assert_eq!(answer["body_base64"], json!(null));
    assert!(
        answer["content_type"]
            .as_str()
            .is_some_and(|value| value.starts_with("text/plain"))
    );
}

#[tokio::test]
async fn a_foreign_host_gets_nothing() {
    let (app, home) = signed_in("alice").await;
    let requests = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&requests);
    let foreign = site(Router::new().fallback(async move || {
        counter.fetch_add(1, Ordering::SeqCst);
    }))
    .await;
    let output = home.run(["get", "--json", &foreign]).await;
    assert_eq!(output.code, 4, "{output:?}");
    assert_eq!(output.error()["error"], json!("sign_in_required"));
    let output = home
        .run(["get", "--json", "--server", &app.address, &foreign])
        .await;
    assert_eq!(output.code, 2, "{output:?}");
    assert_eq!(output.error()["error"], json!("wrong_server"));
    assert_eq!(requests.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn json_keeps_every_digit() {
    let (app, home) = signed_in("alice").await;
    let output = home
        .run(["get", "--json", &format!("{}/exact", app.address)])
        .await;
    assert_eq!(output.json()["status"], json!(200));
    assert!(output.stdout.contains(EXACT), "{output:?}");
}

#[tokio::test]
async fn a_header_that_repeats_the_token_is_not_shown() {
    let (app, home) = signed_in("alice").await;
    let output = home.run(["get", &format!("{}/echo", app.address)]).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stderr.contains("403"), "{output:?}");
    assert!(!output.contains("insufficient_scope"), "{output:?}");
}

/// The server says why, and where the token is meant, that somebody has to sign in.
#[tokio::test]
async fn a_rejected_token_without_another_one() {
    let (app, home) = (App::start().await, Home::new());
    for (reason, code) in [
        ("invalid_token", 4),
        ("insufficient_user_authentication", 1),
    ] {
        home.sign_in(&app, "alice").await;
        let ended = Fault::Error("invalid_grant".to_owned());
        app.idp.fault(Endpoint::Token, ended);
        let url = format!("{}/reject?{reason}", app.address);
        let output = home.run(["get", "--json", &url]).await;
        app.idp.heal();
        assert_eq!(output.code, code, "{output:?}");
        assert_eq!(output.json()["status"], json!(401));
        assert!(output.stderr.contains(reason), "{output:?}");
    }
}

/// Whoever reads the first lines only wants no more.
#[tokio::test]
async fn it_ends_with_its_reader() {
    let (app, home) = signed_in("alice").await;
    let mut command = home.command(["get", &format!("{}/endless", app.address)]);
    let mut get = command.spawn().expect("it starts");
    let mut stdout = BufReader::new(get.stdout.take().expect("it is piped"));
    let mut line = String::new();
    stdout.read_line(&mut line).await.expect("a line");
    drop(stdout);
    let status = timeout(LIMIT, get.wait()).await.expect("it ends");
    assert_eq!(
        (line.as_str(), status.expect("it ends").code()),
        ("again\n", Some(0))
    );
}

#[tokio::test]
async fn the_url_and_the_server_have_one_form() {
    let (app, home) = signed_in("alice").await;
    let server = app.address.replace("http://", "HTTP://") + "/";
    let output = home.run(["get", "--server", &server, &app.me()]).await;
    assert_eq!(output.stdout, "alice", "{output:?}");
    let with_password = app.me().replace("http://", "http://user:pw@");
    let output = home.run(["get", &with_password]).await;
    assert_eq!((output.code, &*output.stdout), (2, ""), "{output:?}");
    assert!(!output.contains("pw@"), "{output:?}");
}

#[tokio::test]
async fn a_failure_is_printed_and_fails() {
    let (app, home) = signed_in("alice").await;
    let output = home.run(["get", &format!("{}/nothing", app.address)]).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stderr.contains("404"), "{output:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (app, home) = signed_in("alice").await;
    let output = home.run(["get", &format!("{}/away", app.address)]).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(
        output.stderr.contains("redirect to https://else.example/"),
        "{output:?}"
    );
}
