//! `get`: where the token goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use serde_json::json;

use crate::support::{App, Home, site};

#[tokio::test]
async fn the_server_gets_its_token() {
    let (app, home) = (App::start().await, Home::new());
    home.sign_in(&app, "carol").await;
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
    let (app, home) = (App::start().await, Home::new());
    home.sign_in(&app, "alice").await;
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
async fn a_failure_is_printed_and_fails() {
    let (app, home) = (App::start().await, Home::new());
    home.sign_in(&app, "alice").await;
    let output = home.run(["get", &format!("{}/nothing", app.address)]).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stderr.contains("404"), "{output:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (app, home) = (App::start().await, Home::new());
    home.sign_in(&app, "alice").await;
    let output = home.run(["get", &format!("{}/away", app.address)]).await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(
        output.stderr.contains("redirect to https://else.example/"),
        "{output:?}"
    );
}
