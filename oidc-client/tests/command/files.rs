//! Commands whose tokens are in files. With the feature `keyring` they may be elsewhere.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use oidc_devidp::{Endpoint, Fault};
use serde_json::json;
use tokio::time::timeout;

use crate::stored::{LIMIT, token_until};
use crate::support::{App, Home, Running, signed_in};

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
