//! The members of `--json`, as the guide lists them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{App, Home, Output};

#[track_caller]
fn has_members(value: &Value, names: &str) {
    let object = value.as_object().expect("an object");
    let found: BTreeSet<_> = object.keys().map(String::as_str).collect();
    assert_eq!(found, names.split(' ').collect(), "{value}");
}

#[tokio::test]
async fn of_what_is_kept() {
    let (app, home) = (App::start().await, Home::new());
    let held = "address expires refreshable refresh_expires scope";
    let login = home.sign_in(&app, "alice").await.json();
    has_members(&login, &format!("{held} stored"));
    has_members(&home.run(["list", "--json"]).await.json()[0], held);
    for (arguments, members) in [
        (
            ["token", &app.address],
            "access_token token_type expires scope",
        ),
        (
            ["whoami", &app.address],
            "address username first_name last_name email",
        ),
        (["get", &app.me()], "status content_type body body_base64"),
        (["logout", &app.address], "address signed_out logout_url"),
    ] {
        let output = Output::of(home.command(arguments).arg("--json")).await;
        has_members(&output.json(), members);
        assert_eq!(output.stderr, "");
    }
    let failure = home.run(["token", "--json", &app.address]).await;
    has_members(&failure.error(), "error message");
    assert_eq!(failure.stdout, "");
}

/// What a server or a token says is shown by a terminal as it is.
#[tokio::test]
async fn obeys_nobody() {
    let (app, home) = (App::start().await, Home::new());
    let text = "a\u{9b}2Jb\u{202e}c\u{7f}";
    let claims = app.idp.token().claim("name", json!(text)).mint();
    let output = home.inspect(&claims, &app.variables(), &["--json"]).await;
    assert_eq!(output.json()["token"]["claims"]["name"], json!(text));
    let is_plain = |char: char| !char.is_control() || char == '\n';
    assert!(output.stdout.chars().all(is_plain), "{output:?}");
    assert!(!output.contains("\u{202e}"), "{output:?}");
}

#[tokio::test]
async fn of_inspect_and_doctor() {
    let (app, home) = (App::start().await, Home::new());
    for token in [
        app.idp.token().mint(),
        app.idp.token().expires_in(-600).mint(),
    ] {
        let report = home
            .inspect(&token, &app.variables(), &["--json"])
            .await
            .json();
        has_members(&report, "valid reason further user token");
        has_members(&report["token"], "kind header claims");
        let (user, reason) = (&report["user"], &report["reason"]);
        assert_eq!(user.is_null(), !reason.is_null(), "{report}");
        if reason.is_null() {
            let members = "subject issuer issuer_name client_id scopes roles expires";
            has_members(user, members);
        } else {
            has_members(reason, "code message fix");
        }
    }
    let report = home
        .run(["doctor", "--json", app.idp.issuer()])
        .await
        .json();
    has_members(
        &report,
        "address kind provider issuer reached worst findings",
    );
    for finding in report["findings"].as_array().expect("a list") {
        has_members(finding, "level check saw why fix");
    }
}
