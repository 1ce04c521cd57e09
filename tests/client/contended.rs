//! Clients that want the same entry at the same time.

use std::fs;
use std::path::Path;
use std::time::Duration;

use oidc_client::{Client, Error, FileStore, TokenStore as _};
use oidc_devidp::{Endpoint, Fault};

use crate::applications::{ALICE, Application, TestClock, at_embedded};

/// The life of the tokens is 300 seconds.
const DUE: i64 = 280;

fn client(application: &Application, clock: &TestClock, store: FileStore) -> Client {
    let client = application.client(clock).store(store).build();
    client.expect("the settings are sound")
}

/// Whoever does not get the lock must not spend the refresh token, which somebody else is spending.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_refreshes_without_the_lock() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let clock = TestClock::default();
        let store = FileStore::at(home.path().join("tokens"));
        let first = client(&application, &clock, store.clone());
        let old = first.sign_in(ALICE.code_flow()).await.expect("a token");
        let idp = application.idp();
        idp.reset_hits();
        idp.fault(Endpoint::Token, Fault::Hold);
        clock.shift(DUE);
        let slow = tokio::spawn({
            let first = first.clone();
            async move { first.token().await }
        });
        while idp.hits(Endpoint::Token) == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let impatient = store.lock_limit(Duration::from_millis(1));
        let second = client(&application, &clock, impatient);
        let second = tokio::spawn(async move { second.token().await });
        let name = &application.name;
        let token = second.await.expect("a task").expect("it is still valid");
        assert_eq!(token.access_token(), old.access_token(), "{name}");
        assert_eq!(idp.hits(Endpoint::Token), 1, "{name}");
        idp.heal();
        slow.await.expect("a task").expect("a token");
        let token = first.token().await.expect("a token");
        assert_ne!(token.access_token(), old.access_token(), "{name}");
        assert_eq!(idp.hits(Endpoint::Token), 1, "{name}");
    })
    .await;
}

/// Whoever holds it gets no answer, or was stopped.
#[tokio::test]
async fn a_lock_that_is_not_released_is_an_outage() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let clock = TestClock::default();
        let store = FileStore::at(home.path().join("tokens"));
        let impatient = store.clone().lock_limit(Duration::from_millis(1));
        let client = client(&application, &clock, impatient);
        client.sign_in(ALICE.code_flow()).await.expect("a token");
        let held = store.lock(client.server().address()).expect("a lock");
        application.idp().reset_hits();
        clock.shift(301);
        let name = &application.name;
        let error = client.token().await.expect_err("there is no lock");
        assert!(error.is_temporary(), "{name}: {error}");
        assert_eq!(application.idp().hits(Endpoint::Token), 0, "{name}");
        drop(held);
        client.token().await.expect("a token");
    })
    .await;
}

/// A token that could not be stored counts no more when somebody has signed in elsewhere.
#[tokio::test]
async fn what_others_have_stored_meanwhile_counts() {
    at_embedded(async |application| {
        let home = tempfile::tempdir().expect("a directory");
        let directory = home.path().join("tokens");
        let clock = TestClock::default();
        let first = client(&application, &clock, FileStore::at(&directory));
        first.sign_in(ALICE.code_flow()).await.expect("a token");
        let obstacle = token_file(&directory).with_extension("new");
        fs::create_dir(&obstacle).expect("created");
        let ours = first.sign_in(ALICE.code_flow()).await.expect("a token");
        let name = &application.name;
        assert!(ours.not_stored().is_some(), "{name}");
        let token = first.token().await.expect("a token");
        assert_eq!(token.access_token(), ours.access_token(), "{name}");
        fs::remove_dir(&obstacle).expect("removed");

        let second = client(&application, &clock, FileStore::at(&directory));
        let theirs = second.sign_in(ALICE.code_flow()).await.expect("a token");
        let token = first.token().await.expect("a token");
        assert_eq!(token.access_token(), theirs.access_token(), "{name}");
        assert!(token.not_stored().is_none(), "{name}");

        assert!(second.sign_out().await.expect("removed"), "{name}");
        let ended = first.token().await;
        assert!(
            matches!(ended, Err(Error::SignInRequired(_))),
            "{name}: {ended:?}"
        );
    })
    .await;
}

fn token_file(directory: &Path) -> std::path::PathBuf {
    let files = fs::read_dir(directory).expect("it is readable");
    let mut files = files.map(|file| file.expect("it is readable").path());
    let file = files.find(|path| path.extension().is_some_and(|end| end == "json"));
    file.expect("a file with the token")
}
