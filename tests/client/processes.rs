//! Several processes of one user, which share nothing but the files.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{env, fs};

use oidc_client::{Client, FileStore};
use oidc_devidp::{Endpoint, Fault};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::applications::{ALICE, Application, TestClock, at_embedded};

const ADDRESS: &str = "CLIENT_TEST_ADDRESS";
const DIRECTORY: &str = "CLIENT_TEST_DIRECTORY";
/// The life of the tokens is 300 seconds.
const DUE: i64 = 280;

/// This program again, with one of the tests that are ignored otherwise.
fn process(test: &str, application: &Application) -> Command {
    let program = env::current_exe().expect("a test knows its own path");
    let mut command = Command::new(program);
    command
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(ADDRESS, &application.address)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is set by the test that starts this one"))
}

#[tokio::test]
#[ignore = "a process of `one_of_several_processes_refreshes`"]
async fn has_a_due_token() {
    let clock = TestClock::default();
    clock.shift(DUE);
    let client = Client::builder(variable(ADDRESS))
        .store(FileStore::at(variable(DIRECTORY)))
        .clock(clock)
        .build()
        .expect("the settings are sound");
    eprintln!("ready");
    let token = client.token().await.expect("a token");
    println!("\ntoken: {}", token.access_token());
}

/// The refresh token serves once: a second request would end the session.
#[tokio::test]
async fn one_of_several_processes_refreshes() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let directory = home.path().join("tokens");
        let client = application
            .client(&TestClock::default())
            .store(FileStore::at(&directory))
            .build()
            .expect("the settings are sound");
        let old = client.sign_in(ALICE.code_flow()).await.expect("a token");
        let idp = application.idp();
        idp.reset_hits();
        // Nobody is done before everybody has begun.
        idp.fault(Endpoint::Token, Fault::Hold);
        let mut children = Vec::new();
        for _ in 0..3 {
            let mut child = process("processes::has_a_due_token", &application);
            children.push(child.env(DIRECTORY, &directory).spawn().expect("it starts"));
        }
        for child in &mut children {
            until_ready(child).await;
        }
        idp.heal();
        let mut tokens = Vec::new();
        for child in children {
            tokens.push(printed_token(child).await);
        }
        tokens.dedup();
        let name = &application.name;
        assert_eq!(tokens.len(), 1, "{name}");
        assert_ne!(tokens[0], old.access_token(), "{name}");
        assert_eq!(idp.hits(Endpoint::Token), 1, "{name}");
        let stored = client.stored().await.expect("readable").expect("a token");
        assert_eq!(stored.access_token(), tokens[0], "{name}");
    })
    .await;
}

async fn until_ready(child: &mut Child) {
    let mut lines = BufReader::new(child.stderr.as_mut().expect("it is piped")).lines();
    while let Some(line) = lines.next_line().await.expect("it is readable") {
        if line.ends_with("ready") {
            return;
        }
    }
    panic!("the process has ended");
}

async fn printed_token(mut child: Child) -> String {
    let mut output = String::new();
    let stdout = child.stdout.as_mut().expect("it is piped");
    let read = stdout.read_to_string(&mut output).await;
    read.expect("it prints text");
    let token = output.lines().find_map(|line| line.strip_prefix("token: "));
    token.unwrap_or_else(|| panic!("{output}")).to_owned()
}

#[tokio::test]
#[ignore = "a process of `the_default_place_is_our_own`"]
async fn uses_the_default_place() {
    let client = Client::new(&variable(ADDRESS)).expect("the settings are sound");
    let token = client.sign_in(ALICE.code_flow()).await.expect("a token");
    assert!(token.not_stored().is_none(), "{:?}", token.not_stored());
    client.token().await.expect("a token");
}

/// Whatever else the user has stays as it is, the tokens of the Python client among it.
#[tokio::test]
async fn the_default_place_is_our_own() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let theirs = home.path().join(".cache/py-oidc-auth/token-store.json");
        fs::create_dir_all(theirs.parent().expect("a parent")).expect("created");
        fs::write(&theirs, r#"{"http://127.0.0.1":{"access_token":"a"}}"#).expect("written");
        fs::create_dir_all(home.path().join(".local/state")).expect("created");
        let before = files(home.path());
        let output = process("processes::uses_the_default_place", &application)
            .env("HOME", home.path())
            .env_remove("XDG_STATE_HOME")
            .output()
            .await
            .expect("it starts");
        assert!(output.status.success(), "{output:?}");
        let own = home.path().join(".local/state/oidc-guard");
        let (ours, after): (BTreeMap<_, _>, BTreeMap<_, _>) = files(home.path())
            .into_iter()
            .partition(|(path, _)| path.starts_with(&own));
        assert_eq!(after, before, "{}", application.name);
        let is_token = |path: &&PathBuf| path.extension().is_some_and(|end| end == "json");
        assert_eq!(ours.keys().filter(is_token).count(), 1);
        for (path, (mode, _)) in ours {
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    })
    .await;
}

/// Every file below, with its mode and content.
fn files(directory: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(directory).expect("it is readable") {
        let path = entry.expect("it is readable").path();
        if path.is_dir() {
            all.append(&mut files(&path));
        } else {
            let mode = fs::metadata(&path).expect("it is there").permissions();
            let content = fs::read(&path).expect("it is readable");
            all.insert(path, (mode.mode() & 0o777, content));
        }
    }
    all
}
