//! `login`, and what comes after it.

use oidc_devidp::{Endpoint, Fault, Tamper};
use serde_json::json;

use crate::support::{App, Home, Running};

#[tokio::test]
async fn on_another_device() {
    let (app, home) = (App::start().await, Home::new());
    let output = home.sign_in(&app, "alice").await;
    assert_eq!(output.code, 0, "{output:?}");
    let held = output.json();
    assert_eq!(held["address"], json!(app.address));
    assert_eq!(held["stored"], json!(true));
    assert_eq!(held["refreshable"], json!(true));
    assert!(held["expires"].is_u64(), "{held}");

    let token = home.run(["token", &app.address]).await.stdout;
    assert!(!output.contains(token.trim()), "{output:?}");
}

#[tokio::test]
async fn with_a_browser() {
    let (app, home) = (App::start().await, Home::new());
    let arguments = ["login", "--no-open", "--json", &app.address];
    let mut login = Running::start(&mut home.command(arguments));
    let prompt = login.prompt().await;
    assert_eq!(prompt["prompt"], json!("browser"));
    let callback = app
        .idp
        .sign_in(prompt["address"].as_str().expect("an address"), "bob");
    let page = reqwest::get(&callback).await.expect("the command listens");
    assert!(page.status().is_success());

    let output = login.end().await;
    assert_eq!(output.code, 0, "{output:?}");
    let user = home.run(["whoami", "--json", &app.address]).await.json();
    assert_eq!(user["username"], json!("bob"));
    assert_eq!(user["address"], json!(app.address));
}

#[tokio::test]
async fn whoever_declines_is_not_signed_in() {
    let (app, home) = (App::start().await, Home::new());
    let arguments = ["login", "--device", "--json", &app.address];
    let mut login = Running::start(&mut home.command(arguments));
    let prompt = login.prompt().await;
    app.idp
        .deny_device(prompt["user_code"].as_str().expect("a code"));
    let output = login.end().await;
    assert_eq!(output.code, 1, "{output:?}");
    assert!(output.stderr.contains("access_denied"), "{output:?}");
    assert_eq!(home.run(["list", "--json"]).await.json(), json!([]));
}

#[tokio::test]
async fn nobody_is_asked_where_nobody_is() {
    let (app, home) = (App::start().await, Home::new());
    for arguments in [
        ["login", "--json", &app.address],
        ["token", "--json", &app.address],
    ] {
        let output = home.run(arguments).await;
        assert_eq!(output.code, 4, "{output:?}");
        assert_eq!(output.error()["error"], json!("sign_in_required"));
        assert_eq!(output.stdout, "");
    }
    let output = home.run(["token", "--sign-in", &app.address]).await;
    assert_eq!(output.code, 4, "{output:?}");
    assert_eq!(app.idp.hits(Endpoint::Device), 0);
}

#[tokio::test]
async fn the_device_flow_may_be_absent() {
    let (app, home) = (App::start().await, Home::new());
    app.idp.tamper(Tamper::NoDeviceEndpoint);
    let output = home
        .run(["login", "--device", "--json", &app.address])
        .await;
    assert_eq!(output.code, 1, "{output:?}");
    assert_eq!(output.error()["error"], json!("no_device_flow"));
}

#[tokio::test]
async fn a_server_may_be_down() {
    let (app, home) = (App::start().await, Home::new());
    let nowhere = "http://127.0.0.1:1";
    let output = home.run(["login", "--device", "--json", nowhere]).await;
    assert_eq!(output.code, 3, "{output:?}");
    assert_eq!(output.error()["error"], json!("unavailable"));

    app.idp.fault(Endpoint::Discovery, Fault::Down);
    let output = home
        .run(["login", "--device", "--json", &app.address])
        .await;
    assert_eq!(output.code, 3, "{output:?}");
}

#[tokio::test]
async fn no_token_is_taken_from_an_argument() {
    let (app, home) = (App::start().await, Home::new());
    let token = app.idp.token().mint();
    for arguments in [
        ["inspect", &token],
        ["inspect", &format!("--token={token}")],
    ] {
        let output = home.run(arguments).await;
        assert_eq!(output.code, 2, "{output:?}");
    }
}

/// Shorter than the interval: they are asked for once, at the end.
#[tokio::test]
async fn whoever_has_little_patience_is_asked_for_once() {
    let (app, home) = (App::with_slow_devices().await, Home::new());
    let arguments = [
        "login",
        "--device",
        "--json",
        "--timeout",
        "5",
        &app.address,
    ];
    let mut login = Running::start(&mut home.command(arguments));
    let prompt = login.prompt().await;
    let code = prompt["user_code"].as_str().expect("a code");
    app.idp.approve_device(code, "alice");
    let output = login.end().await;
    assert_eq!(output.code, 0, "{output:?}");
}
