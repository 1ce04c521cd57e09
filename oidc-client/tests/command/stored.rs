//! Commands about tokens that are there.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{App, Home, Output, signed_in};

/// For what comes within seconds.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_token_is_printed_alone() {
    let (app, home) = signed_in("alice").await;
    let plain = home.run(["token", &app.address]).await;
    assert_eq!((plain.code, plain.stderr.as_str()), (0, ""));
    let token = plain.stdout.strip_suffix('\n').expect("a line");
    assert_eq!(token.split('.').count(), 3);

    // A slash at the end is the same server.
    let address = format!("{}/", app.address);
    let described = home.run(["token", "--json", &address]).await.json();
    assert_eq!(described["access_token"], json!(token));
    assert_eq!(described["token_type"], json!("Bearer"));
    assert!(described["expires"].is_u64());
    assert!(described["scope"].is_string());
}

#[tokio::test]
async fn other_commands_do_not_show_tokens() {
    let (app, home) = signed_in("alice").await;
    let token = home.run(["token", &app.address]).await.stdout;
    for arguments in [
        vec!["list"],
        vec!["list", "--json"],
        vec!["whoami", &app.address],
        vec!["whoami", "--json", &app.address],
        vec!["get", &app.me()],
        vec!["get", "--json", &app.me()],
        vec!["logout", &app.address],
    ] {
        let output = Output::of(&mut home.command(&arguments)).await;
        assert_eq!(output.code, 0, "{arguments:?} {output:?}");
        assert!(!output.contains(token.trim()), "{arguments:?}");
        assert_eq!(output.stderr, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_due_is_renewed() {
    let (app, home) = (App::short_lived().await, Home::new());
    home.sign_in(&app, "alice").await;
    let first = home.run(["token", &app.address]).await;
    let second = token_until(&home, &app, |output| output.stdout != first.stdout).await;
    assert_eq!(second.code, 0, "{second:?}");
    assert_eq!(second.stderr, "");

    app.idp.fault(Endpoint::Token, Fault::Down);
    let third = token_until(&home, &app, |output| output.code != 0).await;
    assert_eq!((third.code, third.stdout.as_str()), (3, ""), "{third:?}");

    app.idp
        .fault(Endpoint::Token, Fault::Error("invalid_grant".to_owned()));
    let fourth = home.run(["token", &app.address]).await;
    assert_eq!((fourth.code, fourth.stdout.as_str()), (4, ""), "{fourth:?}");
}

/// Asks for the token until the answer is of this kind.
pub(crate) async fn token_until(
    home: &Home,
    app: &App,
    is_awaited: impl Fn(&Output) -> bool,
) -> Output {
    let asking = async {
        loop {
            let output = home.run(["token", &app.address]).await;
            if is_awaited(&output) {
                return output;
            }
        }
    };
    timeout(LIMIT, asking)
        .await
        .expect("tokens live for two seconds")
}

#[tokio::test]
async fn whoami_is_for_people() {
    let (app, home) = signed_in("alice").await;
    let output = home.run(["whoami", &app.address]).await;
    assert_eq!(output.stdout, "alice  Alice Liddell  alice@example.org\n");
}

/// A file that is not ours stays, and does not hide the others.
#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let (app, home) = signed_in("alice").await;
    let bad = home.tokens().join("bad.json");
    fs::write(&bad, "{}").expect("writable");
    #[cfg(unix)]
    fs::set_permissions(&bad, fs::Permissions::from_mode(0o600)).expect("ours");

    let list = home.run(["list", "--json"]).await;
    assert_eq!(list.code, 1, "{list:?}");
    assert_eq!(list.error()["warning"], json!("store"));
    assert!(list.stderr.contains("bad.json"), "{list:?}");
    assert_eq!(list.json()[0]["address"], json!(app.address));
    let answer = home.run(["get", &app.me()]).await;
    assert_eq!((&*answer.stdout, &*answer.stderr), ("alice", ""));
    let elsewhere = home.run(["get", "https://else.example"]).await;
    assert_eq!(elsewhere.code, 1, "{elsewhere:?}");
    assert!(elsewhere.stderr.contains("bad.json"), "{elsewhere:?}");
    assert_eq!(fs::read_to_string(&bad).expect("readable"), "{}");
}

#[tokio::test]
async fn the_list_names_each_server() {
    let (first, second, home) = (App::start().await, App::start().await, Home::new());
    home.sign_in(&first, "alice").await;
    home.sign_in(&second, "bob").await;
    let list = home.run(["list", "--json"]).await.json();
    let mut addresses = [json!(first.address), json!(second.address)];
    addresses.sort_by_key(ToString::to_string);
    assert_eq!(list[0]["address"], addresses[0]);
    assert_eq!(list[1]["address"], addresses[1]);
    assert_eq!(list.as_array().map(Vec::len), Some(2));

    let out = home.run(["logout", "--json", &first.address]).await.json();
    assert_eq!(out["signed_out"], json!(true));
    assert_eq!(
        out["logout_url"],
        json!(format!("{}/auth/v2/logout", first.address))
    );
    let out = home.run(["logout", "--json", &first.address]).await.json();
    assert_eq!(out["signed_out"], json!(false));
    let list = home.run(["list", "--json"]).await.json();
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert_eq!(home.run(["token", &first.address]).await.code, 4);
}
