//! Commands about tokens that are there.

use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{App, Home, Output, Running, signed_in};

/// For what comes within seconds.
const LIMIT: Duration = Duration::from_secs(60);

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
async fn token_until(home: &Home, app: &App, is_awaited: impl Fn(&Output) -> bool) -> Output {
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

/// The refresh token is spent by then.
#[cfg(unix)]
#[tokio::test]
async fn a_signal_waits_for_a_renewal() {
    let (app, home) = (App::short_lived().await, Home::new());
    home.sign_in(&app, "alice").await;
    let old = fs::read(kept(&home)).expect("readable");
    tokio::time::sleep(Duration::from_secs(2)).await;
    app.idp.reset_hits();
    app.idp.fault(Endpoint::Token, Fault::HoldResponse);
    let mut token = home
        .command(["token", &app.address])
        .spawn()
        .expect("it starts");
    let asked = async {
        while app.idp.hits(Endpoint::Token) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LIMIT, asked).await.expect("the token is due");
    let id = token.id().expect("it runs").to_string();
    let kill = tokio::process::Command::new("kill").arg(id).status().await;
    assert!(kill.expect("there is such a command").success());
    app.idp.heal();
    let ended = timeout(LIMIT, token.wait()).await.expect("it ends");
    assert_eq!(ended.expect("it ends").code(), None, "the signal ended it");
    assert_ne!(fs::read(kept(&home)).expect("readable"), old);
    let output = home.run(["token", &app.address]).await;
    assert_eq!((output.code, &*output.stderr), (0, ""));
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

/// The only file with a token.
fn kept(home: &Home) -> PathBuf {
    let files = fs::read_dir(home.tokens()).expect("a list");
    let mut files = files.map(|entry| entry.expect("an entry").path());
    let kept = files.find(|path| path.extension().is_some_and(|end| end == "json"));
    kept.expect("a file")
}

/// What has the place of the next file is in the way, whoever runs the command.
#[tokio::test]
async fn tokens_that_cannot_be_kept_are_not_renewed_in_vain() {
    let (app, home) = (App::short_lived().await, Home::new());
    home.sign_in(&app, "alice").await;
    let obstacle = kept(&home).with_extension("new");
    fs::create_dir(&obstacle).expect("writable");
    let failed = token_until(&home, &app, |output| output.code != 0).await;
    assert_eq!((failed.code, &*failed.stdout), (1, ""), "{failed:?}");
    fs::remove_dir(&obstacle).expect("removed");
    let output = home.run(["token", &app.address]).await;
    assert_eq!((output.code, &*output.stderr), (0, ""), "{output:?}");
}

#[tokio::test]
async fn nobody_signs_in_for_tokens_that_cannot_be_kept() {
    let (app, home) = signed_in("alice").await;
    let kept = kept(&home);
    fs::remove_file(&kept).expect("ours");
    let obstacle = kept.with_extension("new");
    fs::create_dir(&obstacle).expect("writable");
    app.idp.reset_hits();
    let arguments = ["login", "--device", "--json", &app.address];
    let login = home.run(arguments).await;
    assert_eq!((login.code, &*login.stdout), (1, ""), "{login:?}");
    assert_eq!(login.error()["error"], json!("store"));
    assert_eq!(app.idp.hits(Endpoint::Device), 0);

    fs::remove_dir(&obstacle).expect("ours");
    let mut login = Running::start(&mut home.command(arguments));
    let prompt = login.prompt().await;
    fs::create_dir(&obstacle).expect("writable");
    let code = prompt["user_code"].as_str().expect("a code");
    app.idp.approve_device(code, "alice");
    let login = login.end().await;
    assert_eq!(login.code, 1, "{login:?}");
    assert_eq!(login.json()["stored"], json!(false));
    assert!(login.stderr.contains(r#""error":"store""#), "{login:?}");
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
